import { LeaseholdError } from "../../core/errors";
import { segments, splitAsVault, withoutComments } from "./sql-text";
import type { StatementSet } from "./statement-set";

/** Something in a statement set that must not reach a server. */
export interface StatementFinding {
  /** The list and the item, such as `creation[0]`. */
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

type Purpose = "creation" | "revocation" | "renewal";

/** A judge of one list item. It returns what is wrong, or undefined. */
type Judge = (item: string, set: StatementSet) => Omit<StatementFinding, "field"> | undefined;

const namePlaceholder = /\{\{\s*name\s*\}\}/;
const anyPlaceholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** What Vault fills in, by purpose. */
const placeholders: Readonly<Record<Purpose, readonly string[]>> = {
  creation: ["name", "username", "password", "expiration"],
  revocation: ["name", "username"],
  renewal: ["name", "username", "expiration"],
};

const onEveryItem: readonly Judge[] = [
  function empty(item) {
    if (splitAsVault(item).some((statement) => withoutComments(statement) !== "")) return undefined;
    return { problem: "is empty", remedy: "remove the item or write the statement" };
  },
  function unquotedName(item) {
    // Inside a dollar-quoted block the name is text of a program: it is safe there only inside quotes of its own.
    const flat = segments(item).flatMap((each) =>
      each.kind === "dollar" ? segments(each.text.replace(/^\$\w*\$|\$\w*\$$/g, "")) : [each],
    );
    if (!flat.some(({ kind, text }) => kind === "bare" && namePlaceholder.test(text))) return undefined;
    return {
      problem: "holds {{name}} without quotes: a hyphen in the name breaks the statement, and a hostile one escapes it",
      remedy: `write "{{name}}" where an identifier stands, or '{{name}}' inside a DO block that formats it with %I`,
    };
  },
  function defaultPrivileges(item) {
    if (
      !/\bALTER DEFAULT PRIVILEGES\b[\s\S]*\b(?:TO|FOR (?:ROLE|USER)) "\{\{\s*name\s*\}\}"/i.test(withoutComments(item))
    )
      return undefined;
    return {
      problem:
        "alters default privileges for {{name}}: the user could never be dropped, so its revocation would fail for ever",
      remedy: "set default privileges for a group role in the bootstrap and make the user its member",
    };
  },
  function directGrant(item) {
    if (!/\bGRANT\b[^;]*\bON\b[^;]*\bTO "\{\{\s*name\s*\}\}"/i.test(withoutComments(item))) return undefined;
    if (/\bALTER DEFAULT PRIVILEGES\b/i.test(item)) return undefined;
    return {
      problem:
        "grants on an object to {{name}} itself: each user adds to the object's ACL until PostgreSQL fails near 2,440 of them",
      remedy: "grant to a group role in the bootstrap and use PostgresStatements.memberOf",
    };
  },
  function terraformTemplate(item) {
    const marker = /[$%]\{/.exec(item)?.[0];
    if (marker === undefined) return undefined;
    return {
      problem: `holds ${marker}, which Terraform would fill in`,
      remedy: "write the statement without it, for instance with concat()",
    };
  },
  function cutInPieces(item) {
    if (item.includes("END")) return undefined;
    const cut = segments(item).find(({ kind, text }) => kind !== "bare" && kind !== "comment" && text.includes(";"));
    if (cut === undefined) return undefined;
    return {
      problem: `has a ";" inside ${cut.kind === "dollar" ? "a block" : "quotes"}, where Vault would cut the statement in two`,
      remedy: "end the block with upper-case END, which makes Vault keep the item whole, or do without the semicolon",
    };
  },
  function power(item, set) {
    const attribute = /\b(SUPERUSER|CREATEROLE|BYPASSRLS|REPLICATION)\b/i.exec(bareText(item))?.[1]?.toUpperCase();
    if (attribute === undefined) return undefined;
    if (attribute === "SUPERUSER" && set.superuserReason !== undefined) return undefined;
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
    function blockInRenewal(item) {
      if (!/^\s*DO\b/i.test(withoutComments(item))) return undefined;
      return {
        problem: "holds a DO block: Vault always splits renewal statements at `;`",
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
  return set[purpose].flatMap((item, index) => {
    const field = `${purpose}[${index}]`;
    const unknown = [...item.matchAll(anyPlaceholder)]
      .map((match) => match[1])
      .find((name) => !placeholders[purpose].includes(name ?? ""));
    const unknownFinding =
      unknown === undefined
        ? []
        : [
            {
              field,
              problem: `holds {{${unknown}}}, which Vault does not fill in here`,
              remedy: `use ${placeholders[purpose].map((name) => `{{${name}}}`).join(", ")}`,
            },
          ];
    const found = [...onEveryItem, ...byPurpose[purpose]]
      .map((judge) => judge(item, set))
      .filter((finding) => finding !== undefined)
      .map((finding) => ({ field, ...finding }));
    return [...unknownFinding, ...found];
  });
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
      if (
        set.creation.some((item) =>
          new RegExp(`\\{\\{\\s*${name === "name" ? "(?:user)?name" : name}\\s*\\}\\}`).test(item),
        )
      )
        continue;
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
  } else if (!set.revocation.some((item) => /\{\{\s*(?:user)?name\s*\}\}/.test(item))) {
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

function bareText(item: string): string {
  return segments(item)
    .filter(({ kind }) => kind === "bare")
    .map(({ text }) => text)
    .join(" ");
}
