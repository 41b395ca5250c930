import type { Finding, Purpose, StatementFinding, StatementRules } from "./finding";
import { mySqlSetFindings } from "./mysql-set-rules";
import { type MySqlProduct, mySqlSegments, mySqlStatements } from "./mysql-text";
import type { Segment } from "./sql-text";

/** One item of a list, read once for all judges. */
interface Item {
  readonly text: string;
  readonly purpose: Purpose | "rotation";
  readonly segments: readonly Segment[];
  /** Its statements without comments, their white space folded. */
  readonly statements: readonly string[];
}

/** A judge of one item. It returns what is wrong, or undefined. */
type Judge = (item: Item, product: MySqlProduct) => Finding | undefined;

/**
 * How the statements begin that have a place in a role. There is no parser of either product's grammar that Node could load
 * and that knows the statements about users, so a statement is known by its beginning only.
 */
const heads = [
  "CREATE USER",
  "ALTER USER",
  "DROP USER",
  "RENAME USER",
  "GRANT",
  "REVOKE",
  "SET DEFAULT ROLE",
  "SET PASSWORD",
  "KILL",
  "CALL",
  "INSERT INTO",
  "DELETE FROM",
] as const;

const knownHead = new RegExp(`^(?:${heads.join("|")}|CREATE OR REPLACE USER)\\b`, "i");

/** Privileges that reach beyond the tables of a database, by the word that gives them away. */
const powers =
  /\b(?:SUPER|CREATE USER|FILE|PROCESS|SHUTDOWN|RELOAD|REPLICATION \w+|CREATE ROLE|DROP ROLE|CREATE TABLESPACE|SET USER|SYSTEM_USER|PROXY|SET_USER_ID|SET_ANY_DEFINER|\w+_ADMIN|(?:BINLOG|CONNECTION|FEDERATED|READ_ONLY|READ ONLY) ADMIN)\b/i;

/** What each product says that the other does not understand, and how the other says it. */
const foreign: Readonly<Record<MySqlProduct, readonly { readonly pattern: RegExp; readonly instead: string }[]>> = {
  mysql: [
    {
      pattern: /^KILL (?:HARD |SOFT )?(?:CONNECTION |QUERY )?USER\b/i,
      instead: "CALL leasehold.end_sessions('{{name}}')",
    },
    { pattern: /^SET DEFAULT ROLE .* FOR /i, instead: "SET DEFAULT ROLE ... TO" },
    { pattern: /^CREATE OR REPLACE USER\b/i, instead: "CREATE USER" },
    { pattern: /^(?:CREATE|ALTER) USER\b.* IDENTIFIED VIA\b/i, instead: "IDENTIFIED WITH ... BY" },
  ],
  mariadb: [
    { pattern: /^SET DEFAULT ROLE .* TO /i, instead: "GRANT on each database to the user itself" },
    { pattern: /^(?:CREATE|ALTER) USER\b.* DEFAULT ROLE\b/i, instead: "GRANT on each database to the user itself" },
    {
      pattern: /^ALTER USER\b.* (?:RETAIN|DISCARD) (?:CURRENT|OLD) PASSWORD\b/i,
      instead: "ALTER USER ... IDENTIFIED BY",
    },
    { pattern: /^(?:CREATE|ALTER) USER\b.* FAILED_LOGIN_ATTEMPTS\b/i, instead: "the variable max_password_errors" },
  ],
};

/** What fails when the user is gone, and what does not. */
const unrepeatable = [
  { pattern: /^DROP USER (?!IF EXISTS\b)/i, what: "DROP USER", remedy: "write DROP USER IF EXISTS" },
  { pattern: /^ALTER USER (?!IF EXISTS\b)/i, what: "ALTER USER", remedy: "write ALTER USER IF EXISTS" },
  { pattern: /^REVOKE (?!IF EXISTS\b)/i, what: "REVOKE", remedy: "leave it out: DROP USER takes the rights too" },
  { pattern: /^RENAME USER\b/i, what: "RENAME USER", remedy: "leave it out" },
];

const compound = /^(?:BEGIN\b|CREATE (?:.* )?(?:PROCEDURE|FUNCTION|TRIGGER|EVENT)\b)/i;
const productNames: Readonly<Record<MySqlProduct, string>> = { mysql: "MySQL", mariadb: "MariaDB" };

const judges: readonly Judge[] = [
  function empty({ statements }) {
    if (statements.length > 0) return undefined;
    return { kind: "course", problem: "is empty", remedy: "remove the item or write the statement" };
  },
  function unquoted({ segments }) {
    const bare = segments.filter(({ kind }) => kind === "bare").map(({ text }) => text);
    const placeholder = /\{\{(?:(?:user)?name|password)\}\}/.exec(bare.join(" "))?.[0];
    if (placeholder === undefined) return undefined;
    return {
      kind: "quoting",
      problem: `holds ${placeholder} without quotes: a hyphen in it breaks the statement, and a hostile one escapes it`,
      remedy: `write '${placeholder}'`,
    };
  },
  function executableComment({ segments }) {
    if (!segments.some(({ kind, text }) => kind === "comment" && /^\/\*M?!/.test(text))) return undefined;
    return {
      kind: "course",
      problem: "holds a comment that the server runs, /*! ... */, which no check reads",
      remedy: "write what is in it as a statement",
    };
  },
  function compoundStatement({ statements }) {
    if (!statements.some((each) => compound.test(each))) return undefined;
    return {
      kind: "block",
      problem: 'holds a compound statement, which Vault would cut in pieces at every ";"',
      remedy: "put it into a procedure of the database and CALL that",
    };
  },
  function cutInPieces({ segments }) {
    if (!segments.some(({ kind, text }) => kind !== "bare" && text.includes(";"))) return undefined;
    return {
      kind: "semicolon",
      problem: 'has a ";" inside quotes or a comment, where Vault would cut the statement in two',
      remedy: "do without the semicolon",
    };
  },
  function unknownStatement({ statements }) {
    const unknown = statements.find((each) => !knownHead.test(each) && !compound.test(each));
    if (unknown === undefined) return undefined;
    return {
      kind: "grammar",
      problem: `begins with ${JSON.stringify(unknown.split(" ").slice(0, 3).join(" "))}, which is no statement about users`,
      remedy: `use ${heads.join(", ")}`,
    };
  },
  function foreignSyntax({ statements }, product) {
    const found = statements.flatMap((each) => foreign[product].filter(({ pattern }) => pattern.test(each))).at(0);
    if (found === undefined) return undefined;
    return {
      kind: "grammar",
      problem: `holds what ${productNames[product]} does not understand`,
      remedy: `use ${found.instead}`,
    };
  },
  function power({ statements }) {
    const granted = grants(statements).filter((each) => / ON /i.test(each)); // else it grants roles
    const word = granted.map((each) => powers.exec(privilegesOf(each))?.[0]).find((each) => each !== undefined);
    if (word !== undefined) {
      return {
        kind: "power",
        problem: `gives the user ${word.toUpperCase()}`,
        remedy: "grant on tables or databases only",
      };
    }
    const everywhere = granted.some((each) => /\bON (?:TABLE )?\*/i.test(each) && !/^GRANT USAGE ON\b/i.test(each));
    const ofServer = granted.some((each) => /\bON (?:\w+ )?`?mysql`?\./i.test(each));
    if (!everywhere && !ofServer) return undefined;
    return {
      kind: "power",
      problem: `grants on ${everywhere ? "*.*" : "the database mysql"}: the password hashes of all users are in it`,
      remedy: "name the databases of the application",
    };
  },
  function passesOn({ statements }) {
    if (
      !grants(statements).some((each) => /\bWITH (?:.* )?(?:GRANT|ADMIN) OPTION\b|\bGRANT OPTION\b.* ON /i.test(each))
    ) {
      return undefined;
    }
    return {
      kind: "passing on",
      problem: "lets the user pass on what it has: whoever got it so would keep it when the user is gone",
      remedy: "grant without WITH GRANT OPTION and WITH ADMIN OPTION",
    };
  },
  function killsByHost({ statements }) {
    if (!statements.some((each) => /^KILL .*\bUSER .*@(?! ?['"`]?%['"`]?(?:\s|$))/i.test(each))) return undefined;
    return {
      kind: "host",
      problem: "kills by a host that is not '%': MariaDB takes it to the letter, so that a pattern ends no session",
      remedy: "write KILL USER '{{name}}'@'%', whatever the account's host",
    };
  },
  function runsOnce({ statements, purpose }) {
    if (purpose !== "revocation") return undefined;
    const once = unrepeatable.find(({ pattern }) => statements.some((each) => pattern.test(each)));
    if (once === undefined) return undefined;
    return {
      kind: "course",
      problem: `holds ${once.what} that fails when the user is gone: Vault repeats a revocation whose answer it did not get`,
      remedy: once.remedy,
    };
  },
];

function grants(statements: readonly string[]): string[] {
  return statements.filter((each) => /^GRANT\b/i.test(each));
}

/** The privileges that a GRANT names, without the columns that they are for. */
function privilegesOf(grant: string): string {
  return grant
    .replace(/ ON .*$/is, "")
    .replace(/^GRANT /i, "")
    .replace(/\([^)]*\)/g, "");
}

/** What MySQL or MariaDB, and Vault's plug-in for both, hold statements to. */
export function mysqlRules(product: MySqlProduct): StatementRules {
  return {
    placeholders: {
      creation: ["name", "username", "password", "expiration"],
      revocation: ["name", "username"],
      renewal: ["name", "username", "expiration"],
      rotation: ["name", "username", "password"],
    },
    onItem(text, purpose) {
      const segments = mySqlSegments(text);
      const item = { text, purpose, segments, statements: mySqlStatements(segments) };
      return judges.map((judge) => judge(item, product)).filter((finding) => finding !== undefined);
    },
    onSet: (set): StatementFinding[] => mySqlSetFindings(set, product),
  };
}
