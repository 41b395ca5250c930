import { z } from "zod";
import { show } from "../../core/errors";
import { nearest } from "../../core/nearest";
import type { Finding, Purpose, StatementFinding, StatementRules } from "./finding";
import type { StatementSet } from "./statement-set";

/** What the plug-in takes for the database where an item names none. */
const defaultDatabase = "admin";

const name = z.string().min(1);

const role = z.strictObject({ role: name, db: name.optional() });

/**
 * The JSON that Vault's plug-in reads. The plug-in itself skips keys that it doesn't know and takes them in any case, so a
 * mistyped `db` would silently be `admin`.
 */
const documents = {
  creation: z.strictObject({ db: name.optional(), roles: z.array(role).min(1) }),
  revocation: z.strictObject({ db: name.optional() }),
} as const;

type DocumentPurpose = keyof typeof documents;

const knownKeys: Readonly<Record<DocumentPurpose, readonly string[]>> = {
  creation: Object.keys(documents.creation.shape),
  revocation: Object.keys(documents.revocation.shape),
};

const examples = {
  creation: `{"db": "admin", "roles": [{"role": "read", "db": "orders"}]}`,
  revocation: `{"db": "admin"}`,
} as const;

/** Built-in roles of `admin` that reach every database, or the servers themselves. */
const farReaching: readonly string[] = [
  "__queryableBackup",
  "__system",
  "backup",
  "clusterAdmin",
  "clusterManager",
  "dbAdminAnyDatabase",
  "hostManager",
  "readAnyDatabase",
  "readWriteAnyDatabase",
  "restore",
  "root",
  "userAdminAnyDatabase",
];

/** Built-in roles of any database that make users and give roles, to themselves too. */
const makingUsers: readonly string[] = ["dbOwner", "userAdmin"];

/**
 * What holds for MongoDB. No backstop is asked for that would end a user by itself: MongoDB has none.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases/mongodb
 */
export const mongodbRules: StatementRules = {
  // The plug-in reads the items as they stand: name and password reach the server apart from them.
  placeholders: { creation: [], revocation: [], renewal: [], rotation: [] },
  onItem(text, purpose, { superuserReason = "" }) {
    if (purpose === "renewal" || purpose === "rotation") return [neverRun(purpose)];
    const read = readItem(text, purpose);
    if (!read.success) return read.findings;
    return superuserReason.trim() === "" && "roles" in read.document ? powers(read.document) : [];
  },
  onSet: (set) => [...counts(set), ...differingDatabases(set)],
};

function neverRun(purpose: "renewal" | "rotation"): Finding {
  const does = purpose === "renewal" ? "does nothing on a renewal" : "changes passwords by itself";
  return { kind: "course", problem: `is never run: the MongoDB plug-in ${does}`, remedy: "leave it out" };
}

type Reading<P extends DocumentPurpose> =
  | { readonly success: true; readonly document: z.infer<(typeof documents)[P]> }
  | { readonly success: false; readonly findings: Finding[] };

function readItem<P extends DocumentPurpose>(text: string, purpose: P): Reading<P> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return {
      success: false,
      findings: [{ kind: "document", problem: "is not JSON", remedy: `write it as in ${examples[purpose]}` }],
    };
  }
  const read = documents[purpose].safeParse(json);
  if (read.success) return { success: true, document: read.data as z.infer<(typeof documents)[P]> };
  return { success: false, findings: read.error.issues.flatMap((issue) => explain(issue, purpose)) };
}

/** A fault of the JSON in our words. */
function explain(issue: z.core.$ZodIssue, purpose: DocumentPurpose): Finding[] {
  const at = issue.path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .slice(1);
  const remedy = `write it as in ${examples[purpose]}`;
  if (issue.code === "unrecognized_keys") {
    const known = at === "" ? knownKeys[purpose] : Object.keys(role.shape);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      return {
        kind: "document",
        problem: `has the unknown key ${show(key)}${at === "" ? "" : ` in ${at}`}, which the plug-in would skip silently`,
        remedy: meant === undefined ? `use ${known.map(show).join(" and ")} only` : `did you mean ${show(meant)}?`,
      };
    });
  }
  if (issue.code === "too_small") return [{ kind: "document", problem: `has nothing in ${at}`, remedy }];
  const expected = issue.code === "invalid_type" ? issue.expected : "value of another kind";
  return [{ kind: "document", problem: at === "" ? "is not a JSON object" : `has no ${expected} in ${at}`, remedy }];
}

function powers({ db = defaultDatabase, roles }: z.infer<typeof documents.creation>): Finding[] {
  return roles.flatMap((given) => {
    const of = given.db ?? db;
    const why = makingUsers.includes(given.role)
      ? "makes users that outlive the lease"
      : farReaching.includes(given.role) && of === "admin"
        ? "reaches beyond one database"
        : undefined;
    if (why === undefined) return [];
    return [
      {
        kind: "superuser",
        problem: `gives the user ${given.role} of ${of}, which ${why}`,
        remedy: "use read, readWrite or a role of your own, or waive it with superuserReason",
      },
    ];
  });
}

/** What the plug-in does with another number of items than one, each of which goes wrong without a word at first. */
const otherCounts = {
  creation: {
    none: "is empty: no user would be made",
    more: "the plug-in reads the first alone and skips the others silently",
  },
  revocation: {
    none: "is empty: the plug-in would look for the user in admin, and call one that is kept elsewhere revoked while it lives on",
    more: "the plug-in refuses more than one, so no user would ever be dropped",
  },
} as const satisfies Record<DocumentPurpose, { readonly none: string; readonly more: string }>;

function counts(set: StatementSet): StatementFinding[] {
  return (["creation", "revocation"] as const satisfies readonly Purpose[]).flatMap((field) => {
    const { length } = set[field];
    if (length === 1) return [];
    const { none, more } = otherCounts[field];
    const problem = length === 0 ? none : `has ${length} items: ${more}`;
    return [
      {
        field,
        kind: length === 0 ? `no ${field}` : "document",
        problem,
        remedy: `give one item, as in ${examples[field]}`,
      },
    ];
  });
}

function differingDatabases({ creation, revocation }: StatementSet): StatementFinding[] {
  const made = readItem(creation[0] ?? "", "creation");
  const ended = readItem(revocation[0] ?? "", "revocation");
  if (!made.success || !ended.success) return []; // said of the item itself
  const [from, to] = [made.document.db ?? defaultDatabase, ended.document.db ?? defaultDatabase];
  if (from === to) return [];
  return [
    {
      field: "revocation[0]",
      kind: "document",
      problem: `names the database ${to}, and creation[0] makes users in ${from}: Vault would call them revoked while they live on`,
      remedy: `write {"db": ${show(from)}}`,
    },
  ];
}
