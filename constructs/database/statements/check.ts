import { LeaseholdError } from "../../core/errors";
import { type Finding, type Purpose, purposes, type StatementFinding, type StatementRules } from "./finding";
import { mongodbRules } from "./mongodb-rules";
import { mysqlRules } from "./mysql-rules";
import { otherRules } from "./other-rules";
import { isPostgresGrammarLoaded } from "./postgres-grammar";
import { postgresRules } from "./postgres-rules";
import type { Dialect, StatementSet } from "./statement-set";

const rules: Readonly<Record<Dialect, StatementRules>> = {
  postgresql: postgresRules,
  mysql: mysqlRules("mysql"),
  mariadb: mysqlRules("mariadb"),
  mongodb: mongodbRules,
  other: otherRules,
};

// Vault replaces placeholders to the letter: one with spaces inside is none.
const anyPlaceholder = /\{\{([^{}]*)\}\}/g;

/** All that can be said against a statement set without a server; an empty list when it is sound. */
export function checkStatements(set: StatementSet): StatementFinding[] {
  return [
    ...rules[set.dialect].onSet(set),
    ...purposes.flatMap((purpose) =>
      set[purpose].flatMap((text, index) =>
        findingsOf(text, purpose, set).map((finding) => ({ field: `${purpose}[${index}]`, ...finding })),
      ),
    ),
  ];
}

/** All that can be said against the statements that change a password, of a static role or of a connection's admin. */
export function checkRotation(dialect: Dialect, statements: readonly string[]): StatementFinding[] {
  return [
    ...statements.flatMap((text, index) =>
      judge(text, "rotation", dialect, {}).map((finding) => ({ field: `[${index}]`, ...finding })),
    ),
    // A plug-in that fills in no password there runs none of the statements.
    ...(rules[dialect].placeholders.rotation.includes("password") ? missingInRotation(statements) : []),
  ];
}

function missingInRotation(statements: readonly string[]): StatementFinding[] {
  const lacks = [/\{\{(?:user)?name\}\}/, /\{\{password\}\}/].some(
    (placeholder) => !statements.some((text) => placeholder.test(text)),
  );
  if (statements.length > 0 && !lacks) return [];
  return [
    {
      field: "",
      kind: "placeholder",
      problem: "lacks {{name}} or {{password}}: Vault would keep a new password that the server never got",
      remedy: "write both, or leave it out to have the plug-in's",
    },
  ];
}

/** What was found against a text before: most roles share theirs, and reading SQL takes longer than declaring a role. */
const known = new Map<string, readonly Finding[]>();

function findingsOf(text: string, purpose: Purpose, set: StatementSet): readonly Finding[] {
  if (set.superuserReason !== undefined) return judge(text, purpose, set.dialect, set); // a waiver is its set's own
  const key = `${set.dialect} ${isPostgresGrammarLoaded()} ${purpose} ${text}`;
  const findings = known.get(key) ?? judge(text, purpose, set.dialect, set);
  known.set(key, findings);
  return findings;
}

function judge(
  text: string,
  purpose: Purpose | "rotation",
  dialect: Dialect,
  set: Pick<StatementSet, "superuserReason">,
): Finding[] {
  const { placeholders, onItem } = rules[dialect];
  return [
    ...unknownPlaceholders(text, placeholders[purpose]),
    ...terraformTemplate(text),
    ...onItem(text, purpose, set),
  ];
}

function unknownPlaceholders(text: string, filledIn: readonly string[]): Finding[] {
  const unknown = [...text.matchAll(anyPlaceholder)]
    .map((match) => match[1])
    .find((name) => !filledIn.includes(name ?? ""));
  if (unknown === undefined) return [];
  return [
    {
      kind: "placeholder",
      problem: `holds {{${unknown}}}, which Vault does not fill in here`,
      remedy:
        filledIn.length === 0
          ? "write it without placeholders"
          : `use ${filledIn.map((each) => `{{${each}}}`).join(", ")}`,
    },
  ];
}

function terraformTemplate(text: string): Finding[] {
  const marker = /[$%]\{/.exec(text)?.[0];
  if (marker === undefined) return [];
  return [
    {
      kind: "placeholder",
      problem: `holds ${marker}, which Terraform would fill in`,
      remedy: "write the statement without it, for instance with concat()",
    },
  ];
}

/**
 * @throws LeaseholdError with every finding, the first one's field in front.
 */
export function requireSoundStatements(where: string, set: StatementSet): void {
  requireNone(
    where,
    checkStatements(set).map((finding) => ({ ...finding, field: `statements.${finding.field}` })),
  );
}

/**
 * @throws LeaseholdError with every finding, the first one's field in front.
 */
export function requireSoundRotation(
  where: string,
  field: string,
  dialect: Dialect,
  statements: readonly string[],
): void {
  requireNone(
    where,
    checkRotation(dialect, statements).map((finding) => ({ ...finding, field: `${field}${finding.field}` })),
  );
}

function requireNone(where: string, findings: readonly StatementFinding[]): void {
  const [first, ...rest] = findings.map(({ field, problem, remedy }) => ({ problem: `${field} ${problem}`, remedy }));
  if (first === undefined) return;
  throw new LeaseholdError(
    where,
    first.problem,
    [first.remedy, ...rest.map(({ problem, remedy }) => `also: ${problem}: ${remedy}`)].join("; "),
  );
}
