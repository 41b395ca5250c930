import type { Finding, Purpose, StatementFinding, StatementRules } from "./finding";
import { grammarFindings } from "./postgres-grammar";
import { missingPlaceholders } from "./set-rules";
import { type Segment, segments, splitAsVault, withoutComments } from "./sql-text";
import type { StatementSet } from "./statement-set";

/** One item of a list, read once for all judges. */
interface Item {
  readonly text: string;
  readonly purpose: Purpose | "rotation";
  readonly segments: readonly Segment[];
  /** Its statements without comments, their white space folded, however Vault would send them. */
  readonly statements: readonly string[];
  /** The segments, with those inside dollar-quoted blocks in place of the block: a block runs as well. */
  readonly program: readonly Segment[];
}

/** A judge of one item. It returns what is wrong, or undefined. */
type Judge = (item: Item, set: Pick<StatementSet, "superuserReason">) => Finding | undefined;

const namePlaceholder = /\{\{(?:user)?name\}\}/;
const toTheUser = /\b(?:TO|FOR (?:ROLE|USER))\b ?(?:.*, ?)?(?:GROUP ?)?"\{\{(?:user)?name\}\}"/i;
const altersDefaults = /\bALTER DEFAULT PRIVILEGES\b/i;
const isBlock = (statement: string) => /^DO\b/i.test(statement.trim());

const cutPlaces = {
  bare: "",
  literal: "quotes",
  identifier: "quotes",
  dollar: "a block",
  comment: "a comment",
} as const;

const judges: readonly Judge[] = [
  function empty({ statements }) {
    if (statements.some((statement) => statement.trim() !== "")) return undefined;
    return { kind: "course", problem: "is empty", remedy: "remove the item or write the statement" };
  },
  function unquotedName({ program }) {
    // Inside a block the name is text of a program: it is safe there only inside quotes of its own.
    if (!program.some(({ kind, text }) => kind === "bare" && namePlaceholder.test(text))) return undefined;
    return {
      kind: "quoting",
      problem: "holds {{name}} without quotes: a hyphen in the name breaks the statement, and a hostile one escapes it",
      remedy: `write "{{name}}" where an identifier stands, or '{{name}}' inside a DO block that formats it with %I`,
    };
  },
  function defaultPrivileges({ statements }) {
    if (!statements.some((each) => altersDefaults.test(each) && toTheUser.test(each))) return undefined;
    return {
      kind: "grants on objects",
      problem:
        "alters default privileges for {{name}}: the user could never be dropped, so its revocation would fail for ever",
      remedy: "set default privileges for a group role in the bootstrap and make the user its member",
    };
  },
  function directGrant({ statements }) {
    const grants = statements.filter((each) => /\bGRANT\b.*\bON\b/i.test(each) && !altersDefaults.test(each));
    if (!grants.some((each) => toTheUser.test(each))) return undefined;
    return {
      kind: "grants on objects",
      problem:
        "grants on an object to {{name}} itself: each user adds to the object's ACL until PostgreSQL fails near 2,440 of them",
      remedy: "grant to a group role in the bootstrap and use PostgresStatements.memberOf",
    };
  },
  function cutInPieces({ text: whole, segments: parts }) {
    if (splitAsVault(whole).length < 2) return undefined;
    const cut = parts.find(({ kind, text }) => kind !== "bare" && text.includes(";"));
    if (cut === undefined) return undefined;
    return {
      kind: cut.kind === "dollar" ? "block" : "semicolon",
      problem: `has a ";" inside ${cutPlaces[cut.kind]}, where Vault would cut the statement in two`,
      remedy: "end the block with upper-case END, which makes Vault keep the item whole, or do without the semicolon",
    };
  },
  function mixed({ segments: parts }) {
    const outside = parts.map(({ kind, text }) => (kind === "bare" ? text : kind === "comment" ? " " : "''")).join("");
    const statements = outside.split(";").filter((statement) => statement.trim() !== "");
    if (statements.length < 2 || !statements.some(isBlock)) return undefined;
    return {
      kind: "block",
      problem:
        "mixes a DO block with other statements: Vault sends them to the server as one, or cuts the block in pieces",
      remedy: "make each statement an item of its own",
    };
  },
  function power({ program, statements }, { superuserReason = "" }) {
    // What a block executes is a literal in it.
    const runs = statements.some(isBlock) ? ["bare", "literal"] : ["bare"];
    const attribute = program
      .filter(({ kind }) => runs.includes(kind))
      .flatMap(({ text }) => text.match(/\b(?:SUPERUSER|CREATEROLE|BYPASSRLS|REPLICATION)\b/gi) ?? [])
      .map((word) => word.toUpperCase())
      .find((word) => word !== "SUPERUSER" || superuserReason.trim() === "");
    if (attribute === undefined) return undefined;
    return {
      kind: attribute === "SUPERUSER" ? "superuser" : "power",
      problem: `gives the user ${attribute}`,
      remedy:
        attribute === "SUPERUSER"
          ? "use a group role, or waive it with superuserReason"
          : `use a group role: ${attribute} reaches beyond one database`,
    };
  },
  function passesOn({ statements }) {
    if (
      !statements.some(
        (each) => /\bWITH (?:.*, ?)?(?:GRANT|ADMIN) (?:OPTION|TRUE)\b/i.test(each) && toTheUser.test(each),
      )
    ) {
      return undefined;
    }
    return {
      kind: "passing on",
      problem: "lets the user pass on what it has: whoever got it so would keep it, and hold up the user's revocation",
      remedy: "grant without WITH GRANT OPTION and WITH ADMIN OPTION",
    };
  },
  function blockInRenewal({ statements, purpose }) {
    if ((purpose !== "renewal" && purpose !== "rotation") || !statements.some(isBlock)) return undefined;
    return {
      kind: "block",
      problem: `holds a DO block: servers before Vault 1.21 split ${purpose} statements at ";", blocks too`,
      remedy: "move the block into a function of the database and call that",
    };
  },
  function grammar({ text }) {
    return splitAsVault(text)
      .flatMap((statement) => grammarFindings(statement))
      .at(0);
  },
];

/** What PostgreSQL, and Vault's plug-in for it, hold statements to. */
export const postgresRules: StatementRules = {
  placeholders: {
    creation: ["name", "username", "password", "expiration"],
    revocation: ["name", "username"],
    renewal: ["name", "username", "expiration"],
    rotation: ["name", "username", "password"],
  },
  onItem(text, purpose, set) {
    const item = read(text, purpose);
    return judges.map((judge) => judge(item, set)).filter((finding) => finding !== undefined);
  },
  onSet(set): StatementFinding[] {
    return missingPlaceholders(set, {
      creation: ["name", "password", "expiration"],
      example: `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`,
      emptyRevocation: "the plug-in's default fails for users that own objects or have sessions",
      preset: "PostgresStatements.custom",
    });
  },
};

function read(text: string, purpose: Purpose | "rotation"): Item {
  return {
    text,
    purpose,
    segments: segments(text),
    statements: withoutComments(text).split(";"),
    program: programOf(text),
  };
}

function programOf(text: string): Segment[] {
  return segments(text).flatMap((part) =>
    part.kind === "dollar" ? programOf(part.text.replace(/^\$\w*\$|\$\w*\$$/g, "")) : [part],
  );
}
