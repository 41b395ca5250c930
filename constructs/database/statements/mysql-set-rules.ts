import type { StatementFinding } from "./finding";
import { type MySqlProduct, mySqlSegments, mySqlStatements } from "./mysql-text";
import { missingPlaceholders } from "./set-rules";
import type { StatementSet } from "./statement-set";

/** A statement and the place in its list that it has. */
interface Placed {
  readonly field: string;
  readonly statement: string;
}

/** The user as an account: its quoted name, and its host where one is given. */
const account = /(['"`])\{\{(?:user)?name\}\}\1(?: ?@ ?(?:(['"`])(.*?)\2|([\w.:%/-]+)))?/g;
const example = "CREATE USER '{{name}}'@'%' IDENTIFIED BY '{{password}}' PASSWORD EXPIRE INTERVAL 2 DAY ACCOUNT LOCK";

/** What no single item of a set for MySQL or MariaDB shows. */
export function mySqlSetFindings(set: StatementSet, product: MySqlProduct): StatementFinding[] {
  const creation = placed("creation", set.creation);
  const revocation = placed("revocation", set.revocation);
  return [
    ...missingPlaceholders(set, {
      creation: ["name", "password"],
      example,
      emptyRevocation: "the plug-in's default knows no host but '%', and lets the user's sessions go on",
      preset: `${product === "mysql" ? "MySqlStatements" : "MariaDbStatements"}.custom`,
    }),
    ...lockFindings(creation),
    ...expiryFindings(creation),
    ...sessionFindings(revocation, product),
    ...hostFindings([...creation, ...revocation]),
    ...renewalFindings(set),
  ];
}

function placed(list: string, items: readonly string[]): Placed[] {
  return items.flatMap((text, index) =>
    mySqlStatements(mySqlSegments(text)).map((statement) => ({ field: `${list}[${index}]`, statement })),
  );
}

/** Nothing takes back what ran before a statement that failed, so until all have run the user must not be able to log in. */
function lockFindings(creation: readonly Placed[]): StatementFinding[] {
  const made = creation.findIndex(({ statement }) => /^CREATE (?:OR REPLACE )?USER\b/i.test(statement));
  const first = creation[made];
  if (first === undefined) return [];
  const locked = /\bACCOUNT LOCK\b/i.test(first.statement);
  const unlocked = creation.findIndex(({ statement }) => /^ALTER USER\b.*\bACCOUNT UNLOCK\b/i.test(statement));
  const later = creation.slice(made + 1);
  if (!locked && later.length === 0) return [];
  if (!locked) {
    return [
      {
        field: first.field,
        kind: "course",
        problem:
          "makes a user that can log in before the rest has run: a statement that fails would leave it half-made",
        remedy: "make it with ACCOUNT LOCK, and end the creation with ALTER USER '{{name}}'@... ACCOUNT UNLOCK",
      },
    ];
  }
  if (unlocked < 0) {
    return [
      {
        field: first.field,
        kind: "course",
        problem: "makes a locked user that nothing unlocks",
        remedy: "end the creation with ALTER USER '{{name}}'@... ACCOUNT UNLOCK",
      },
    ];
  }
  const after = creation[unlocked + 1];
  if (after === undefined) return [];
  return [
    {
      field: after.field,
      kind: "course",
      problem: "runs after the user was unlocked: were it to fail, the user would be left half-made and able to log in",
      remedy: "move ALTER USER ... ACCOUNT UNLOCK to the end",
    },
  ];
}

function expiryFindings(creation: readonly Placed[]): StatementFinding[] {
  const expires = creation.some(({ statement }) => /\bPASSWORD EXPIRE INTERVAL \d+ DAY\b/i.test(statement));
  if (expires || creation.length === 0) return [];
  return [
    {
      field: "creation",
      kind: "expiry",
      problem: "lacks PASSWORD EXPIRE INTERVAL ... DAY: a user that Vault fails to revoke would live for ever",
      remedy: `write it, with more days than the longest maxTtl, as in ${example}`,
    },
  ];
}

function sessionFindings(revocation: readonly Placed[], product: MySqlProduct): StatementFinding[] {
  if (revocation.length === 0 || revocation.some(({ statement }) => /^(?:KILL|CALL)\b/i.test(statement))) return [];
  return [
    {
      field: "revocation",
      kind: "course",
      problem: "ends no sessions: those that are open go on as the user when it is gone",
      remedy:
        product === "mysql"
          ? "add CALL leasehold.end_sessions('{{name}}'), which the bootstrap makes"
          : "add KILL USER '{{name}}'@'%'",
    },
  ];
}

/** Users are told apart by name and host: with another host a revocation drops somebody who was never there. */
function hostFindings(statements: readonly Placed[]): StatementFinding[] {
  const accounts = statements
    .filter(({ statement }) => /^(?:CREATE|ALTER|DROP|RENAME|GRANT|REVOKE|SET)\b/i.test(statement))
    .flatMap(({ field, statement }) =>
      [...statement.matchAll(account)].map((match) => ({ field, host: (match[3] ?? match[4] ?? "%").toLowerCase() })),
    );
  const [first] = accounts;
  const other = accounts.find(({ host }) => host !== first?.host);
  if (first === undefined || other === undefined) return [];
  return [
    {
      field: other.field,
      kind: "host",
      problem: `names the user at '${other.host}', and ${first.field} at '${first.host}': these are two users`,
      remedy: "give the same host in all statements; without one it is '%'",
    },
  ];
}

function renewalFindings({ renewal }: StatementSet): StatementFinding[] {
  if (renewal.length === 0) return [];
  return [
    {
      field: "renewal",
      kind: "course",
      problem: "is never run: the plug-in does nothing when a lease is renewed",
      remedy: "leave it out",
    },
  ];
}
