import { LeaseholdError } from "../../core/errors";
import { type Segment, segments, splitAsVault, withoutComments } from "./sql-text";
import type { StatementSet } from "./statement-set";

/** Something in a statement set that must not reach a server. */
export interface StatementFinding {
  /** The list and the item, such as `creation[0]`. */
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

type Purpose = "creation" | "revocation" | "renewal";

/** One item of a list, read once for all judges. */
interface Item {
  readonly text: string;
  readonly segments: readonly Segment[];
  /** Its statements without comments, their white space folded, however Vault would send them. */
  readonly statements: readonly string[];
  /** The segments, with those inside dollar-quoted blocks in place of the block: a block runs as well. */
  readonly program: readonly Segment[];
}

/** A judge of one item. It returns what is wrong, or undefined. */
type Judge = (item: Item, set: StatementSet) => Finding | undefined;

type Finding = Omit<StatementFinding, "field">;

// Vault replaces placeholders to the letter: one with spaces inside is none.
const namePlaceholder = /\{\{(?:user)?name\}\}/;
const anyPlaceholder = /\{\{([^{}]*)\}\}/g;
const toTheUser = /\b(?:TO|FOR (?:ROLE|USER)) (?:.*, ?)?(?:GROUP )?"\{\{(?:user)?name\}\}"/i;
const altersDefaults = /\bALTER DEFAULT PRIVILEGES\b/i;

/** What Vault fills in, by purpose. */
const placeholders: Readonly<Record<Purpose, readonly string[]>> = {
  creation: ["name", "username", "password", "expiration"],
  revocation: ["name", "username"],
  renewal: ["name", "username", "expiration"],
};

const onEveryItem: readonly Judge[] = [
  function empty({ statements }) {
    if (statements.some((statement) => statement.trim() !== "")) return undefined;
    return { problem: "is empty", remedy: "remove the item or write the statement" };
  },
  function unquotedName({ program }) {
    // Inside a block the name is text of a program: it is safe there only inside quotes of its own.
    if (!program.some(({ kind, text }) => kind === "bare" && namePlaceholder.test(text))) return undefined;
    return {
      problem: "holds {{name}} without quotes: a hyphen in the name breaks the statement, and a hostile one escapes it",
      remedy: `write "{{name}}" where an identifier stands, or '{{name}}' inside a DO block that formats it with %I`,
    };
  },
  function defaultPrivileges({ statements }) {
    if (!statements.some((each) => altersDefaults.test(each) && toTheUser.test(each))) return undefined;
    return {
      problem:
        "alters default privileges for {{name}}: the user could never be dropped, so its revocation would fail for ever",
      remedy: "set default privileges for a group role in the bootstrap and make the user its member",
    };
  },
  function directGrant({ statements }) {
    const grants = statements.filter((each) => /\bGRANT\b.*\bON\b/i.test(each) && !altersDefaults.test(each));
    if (!grants.some((each) => toTheUser.test(each))) return undefined;
    return {
      problem:
        "grants on an object to {{name}} itself: each user adds to the object's ACL until PostgreSQL fails near 2,440 of them",
      remedy: "grant to a group role in the bootstrap and use PostgresStatements.memberOf",
    };
  },
  function terraformTemplate({ text }) {
    const marker = /[$%]\{/.exec(text)?.[0];
    if (marker === undefined) return undefined;
    return {
      problem: `holds ${marker}, which Terraform would fill in`,
      remedy: "write the statement without it, for instance with concat()",
    };
  },
  function cutInPieces({ text: whole, segments: parts }) {
    if (splitAsVault(whole).length < 2) return undefined;
    const cut = parts.find(({ kind, text }) => kind !== "bare" && kind !== "comment" && text.includes(";"));
    if (cut === undefined) return undefined;
    return {
      problem: `has a ";" inside ${cut.kind === "dollar" ? "a block" : "quotes"}, where Vault would cut the statement in two`,
      remedy: "end the block with upper-case END, which makes Vault keep the item whole, or do without the semicolon",
    };
  },
  function power({ program }, { superuserReason = "" }) {
    const attribute = program
      .filter(({ kind }) => kind === "bare")
      .flatMap(({ text }) => text.match(/\b(?:SUPERUSER|CREATEROLE|BYPASSRLS|REPLICATION)\b/gi) ?? [])
      .map((word) => word.toUpperCase())
      .find((word) => word !== "SUPERUSER" || superuserReason.trim() === "");
    if (attribute === undefined) return undefined;
    return {
      problem: `gives the user ${attribute}`,
      remedy:
        attribute === "SUPERUSER"
          ? "use a group role, or waive it with superuserReason"
          : `use a group role: ${attribute} reaches beyond one database`,
    };
  },
];

const byPurpose: Readonly<Record<Purpose, readonly Judge[]>> = {
  creation: [],
  revocation: [],
  renewal: [
    function blockInRenewal({ statements }) {
      if (!statements.some((statement) => /^DO\b/i.test(statement.trim()))) return undefined;
      return {
        problem: "holds a DO block: servers before Vault 1.21 split renewal statements at `;`, blocks too",
        remedy: "move the block into a function of the database and call that",
      };
    },
  ],
};

/** All that can be said against a statement set without a server; an empty list when it is sound. */
export function checkStatements(set: StatementSet): StatementFinding[] {
  return [
    ...wholeSet(set),
    ...(["creation", "revocation", "renewal"] as const).flatMap((purpose) => eachItem(set, purpose)),
  ];
}

function eachItem(set: StatementSet, purpose: Purpose): StatementFinding[] {
  return set[purpose].flatMap((text, index) =>
    findingsOf(text, purpose, set).map((finding) => ({ field: `${purpose}[${index}]`, ...finding })),
  );
}

/** What was found against a text before: most roles share theirs, and reading SQL takes longer than declaring a role. */
const known: Readonly<Record<Purpose, Map<string, readonly Finding[]>>> = {
  creation: new Map(),
  revocation: new Map(),
  renewal: new Map(),
};

function findingsOf(text: string, purpose: Purpose, set: StatementSet): readonly Finding[] {
  if (set.superuserReason !== undefined) return judge(text, purpose, set); // a waiver is its set's own
  const findings = known[purpose].get(text) ?? judge(text, purpose, set);
  known[purpose].set(text, findings);
  return findings;
}

function judge(text: string, purpose: Purpose, set: StatementSet): Finding[] {
  const item = read(text);
  const unknown = [...text.matchAll(anyPlaceholder)]
    .map((match) => match[1])
    .find((name) => !placeholders[purpose].includes(name ?? ""));
  const unknownFinding = unknown === undefined ? [] : [unknownPlaceholder(unknown, purpose)];
  const found = [...onEveryItem, ...byPurpose[purpose]].map((each) => each(item, set));
  return [...unknownFinding, ...found.filter((finding) => finding !== undefined)];
}

function unknownPlaceholder(name: string, purpose: Purpose): Finding {
  return {
    problem: `holds {{${name}}}, which Vault does not fill in here`,
    remedy: `use ${placeholders[purpose].map((each) => `{{${each}}}`).join(", ")}`,
  };
}

function wholeSet(set: StatementSet): StatementFinding[] {
  const findings: StatementFinding[] = [];
  if (set.creation.length === 0) {
    findings.push({
      field: "creation",
      problem: "is empty: no user would be made",
      remedy: "give at least one statement",
    });
  } else {
    for (const name of ["name", "password", "expiration"]) {
      const placeholder = name === "name" ? namePlaceholder : new RegExp(`\{\{${name}\}\}`);
      if (set.creation.some((item) => placeholder.test(item))) continue;
      findings.push({
        field: "creation",
        problem: `lacks {{${name}}}${name === "expiration" ? ": a user that Vault fails to revoke would live for ever" : ""}`,
        remedy: `write it, as in CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`,
      });
    }
  }
  if (set.revocation.length === 0) {
    findings.push({
      field: "revocation",
      problem: "is empty: the plug-in's default fails for users that own objects or have sessions",
      remedy: "leave `revocation` out of PostgresStatements.custom to get the proven one",
    });
  } else if (!set.revocation.some((item) => namePlaceholder.test(item))) {
    findings.push({
      field: "revocation",
      problem: "lacks {{name}}: it could not know whom to revoke",
      remedy: "name the user",
    });
  }
  return findings;
}

/**
 * @throws LeaseholdError with every finding, the first one's field in front.
 */
export function requireSoundStatements(where: string, set: StatementSet): void {
  const findings = checkStatements(set);
  if (findings.length === 0) return;
  const [first, ...rest] = findings.map(({ field, problem, remedy }) => ({
    problem: `statements.${field} ${problem}`,
    remedy,
  }));
  throw new LeaseholdError(
    where,
    first?.problem ?? "",
    [first?.remedy, ...rest.map(({ problem, remedy }) => `also: ${problem}: ${remedy}`)].join("; "),
  );
}

function read(text: string): Item {
  const parts = segments(text);
  const program = parts.flatMap((part) =>
    part.kind === "dollar" ? segments(part.text.replace(/^\$\w*\$|\$\w*\$$/g, "")) : [part],
  );
  return { text, segments: parts, statements: withoutComments(text).split(";"), program };
}
