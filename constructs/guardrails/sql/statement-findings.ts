import { alwaysError } from "../../core/rule";
import { checkRotation, checkStatements } from "../../database/statements/check";
import type { FindingKind, StatementFinding } from "../../database/statements/finding";
import type { Dialect } from "../../database/statements/statement-set";
import {
  connectionOf,
  connectionsByName,
  connectionsOf,
  type Engine,
  roleType,
  staticRoleType,
} from "../database/connection";
import { listOf, resourcesOf } from "../declaration";
import type { Declaration, DeclaredResource, Guardrail } from "../guardrail";

interface Found {
  readonly resource: DeclaredResource;
  readonly finding: StatementFinding;
}

const known = new WeakMap<Declaration, ReadonlyMap<FindingKind, readonly Found[]>>();

/** A guardrail on statements, which `checkStatements` judges: it takes the findings of its kinds. */
export function statementGuardrail(
  guardrail: Omit<Guardrail, "check" | "severity"> & {
    readonly kinds: readonly FindingKind[];
    /** @default an error everywhere */
    readonly severity?: Guardrail["severity"];
  },
): Guardrail {
  const { kinds, severity = alwaysError, ...rest } = guardrail;
  return {
    ...rest,
    severity,
    check: (declaration) =>
      kinds
        .flatMap((kind) => findingsOf(declaration).get(kind) ?? [])
        .map(({ resource, finding: { field, problem, remedy } }) => ({
          resource,
          problem: `${field} ${problem}`,
          remedy,
        })),
  };
}

/** What the checks of statements have against a stack, by kind; read once for all guardrails. */
function findingsOf(declaration: Declaration): ReadonlyMap<FindingKind, readonly Found[]> {
  const before = known.get(declaration);
  if (before !== undefined) return before;
  const byKind = new Map<FindingKind, Found[]>();
  for (const found of findAll(declaration)) {
    const { kind } = found.finding;
    byKind.set(kind, [...(byKind.get(kind) ?? []), found]);
  }
  known.set(declaration, byKind);
  return byKind;
}

function findAll(declaration: Declaration): Found[] {
  const connections = connectionsByName(declaration);
  const dialects = (role: DeclaredResource): readonly Dialect[] => {
    const connection = connectionOf(role, connections);
    return connection === undefined ? guessed(role) : dialectsOf(connection.engine);
  };
  return [
    ...resourcesOf(declaration, roleType).flatMap((resource) =>
      agreed(dialects(resource), (dialect) => checkRole(resource, dialect)).map((finding) => ({ resource, finding })),
    ),
    ...resourcesOf(declaration, staticRoleType).flatMap((resource) =>
      checkChange(dialects(resource), resource.arguments, "rotation_statements").map((finding) => ({
        resource,
        finding,
      })),
    ),
    ...connectionsOf(declaration).flatMap(({ resource, engine, common }) =>
      checkChange(dialectsOf(engine), common, "root_rotation_statements").map((finding) => ({ resource, finding })),
    ),
  ];
}

function checkRole({ arguments: given }: DeclaredResource, dialect: Dialect): StatementFinding[] {
  const revocation = listOf(given, "revocation_statements");
  return [
    ...checkStatements({
      dialect,
      creation: listOf(given, "creation_statements"),
      revocation,
      renewal: listOf(given, "renew_statements"),
      groups: [],
      definedGroups: {},
      access: {},
    }),
    ...(dialect === "other" && revocation.length === 0 ? [leftToPlugin] : []),
  ].map((finding) => ({ ...finding, field: argumentOf(finding.field) }));
}

const leftToPlugin: StatementFinding = {
  field: "revocation",
  kind: "no revocation",
  problem:
    "is empty: what the plug-in does by itself may leave what the user owns, or its sessions, or fail because of them",
  remedy: "give the statements that drop a user, or say { pluginDefault: true } in CustomStatements",
};

/** The lists as Terraform calls them. */
function argumentOf(field: string): string {
  return field.replace(/^(creation|revocation|renewal)/, (list) => `${list === "renewal" ? "renew" : list}_statements`);
}

function checkChange(
  dialects: readonly Dialect[],
  given: Readonly<Record<string, unknown>>,
  argument: string,
): StatementFinding[] {
  const statements = listOf(given, argument);
  if (statements.length === 0) return []; // the plug-in's own are sound
  return agreed(dialects, (dialect) => checkRotation(dialect, statements)).map((finding) => ({
    ...finding,
    field: `${argument}${finding.field}`,
  }));
}

/** What all dialects find that it may be: Terraform does not tell MySQL from MariaDB. */
function agreed(dialects: readonly Dialect[], check: (dialect: Dialect) => StatementFinding[]): StatementFinding[] {
  const [first = [], ...others] = dialects.map(check);
  return first.filter(({ kind, field }) =>
    others.every((other) => other.some((each) => each.kind === kind && each.field === field)),
  );
}

function dialectsOf(engine: Engine): readonly Dialect[] {
  if (engine === "mysql") return ["mysql", "mariadb"];
  return [engine === "postgresql" || engine === "mongodb" ? engine : "other"];
}

/** By what the role runs, where its connection is declared elsewhere. */
function guessed({ arguments: given }: DeclaredResource): readonly Dialect[] {
  const text = [...listOf(given, "creation_statements"), ...listOf(given, "rotation_statements")].join(" ");
  if (/\b(?:CREATE|ALTER) ROLE\b/i.test(text)) return ["postgresql"];
  if (/\b(?:CREATE|ALTER) USER\b.*\bIDENTIFIED\b/is.test(text)) return ["mysql", "mariadb"];
  if (text.trimStart().startsWith("{")) return ["mongodb"];
  return ["other"];
}
