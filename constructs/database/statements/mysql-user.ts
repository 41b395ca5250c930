import { LeaseholdError, show } from "../../core/errors";
import { requireName } from "../../core/names";
import { requireWhole } from "../../core/numbers";
import { everyTableOf, oneTable, quoteMySqlLiteral } from "./mysql-text";
import type { TableAccess } from "./statement-set";
import { requireTableAccess } from "./table-access";

/** How the users of a role may use the server. */
export interface MySqlUserOptions {
  /**
   * Where the users may log in from: an address, or a pattern with `%` and `_`. Where the server resolves names, a name.
   * @default "%", from everywhere
   */
  readonly host?: string;
  /**
   * Sessions that one user may have open at once, 1 to 10000.
   * @default 20
   */
  readonly maxUserConnections?: number;
  /**
   * Whether the users must speak TLS.
   * @default true
   */
  readonly requireTls?: boolean;
  /**
   * Days after which a password opens nothing any more, 1 to 65535; a role's maxTtl must be shorter. It stands in for an end
   * that the server knows of, for users whose revocation never came. It is weaker than one: whoever changes the password in
   * time has the days anew, and a MariaDB whose `disconnect_on_expired_password` is off lets the user change it later too.
   * @default 2
   */
  readonly passwordExpiryDays?: number;
}

/** Databases that belong to the server, whose tables hold every user's password hash. */
const serverDatabases = /^(mysql|sys|information_schema|performance_schema)$/i;

/**
 * The account of a dynamic user, as the statements name it.
 *
 * @throws LeaseholdError when the host can't be one.
 */
export function accountAt(where: string, host = "%"): string {
  return `'{{name}}'@${quoteMySqlLiteral(requireHost(where, "host", host))}`;
}

/**
 * The host itself, when a user can be bound to it.
 *
 * @throws LeaseholdError that names `where` and the field.
 */
export function requireHost(where: string, field: string, host: string): string {
  if (/^[\w%.:/-]{1,255}$/.test(host)) return host;
  throw new LeaseholdError(
    where,
    `${field} ${show(host)} is not where a user can come from`,
    'write it as in "%", "10.1.%" or "10.0.0.0/255.255.255.0"',
  );
}

/**
 * Statements that make a user: locked, then with its rights, then unlocked. Each takes effect at once and none can be taken
 * back, so a user whose rights could not be granted stays locked.
 *
 * @throws LeaseholdError when an option can't be used.
 */
export function creationOf(where: string, options: MySqlUserOptions, rights: (account: string) => string[]): string[] {
  const account = accountAt(where, options.host);
  const connections = requireWhole(where, "maxUserConnections", options.maxUserConnections ?? 20, 1, 10_000);
  const days = requireWhole(where, "passwordExpiryDays", options.passwordExpiryDays ?? 2, 1, 65_535);
  const tls = (options.requireTls ?? true) ? "REQUIRE SSL " : "";
  return [
    `CREATE USER ${account} IDENTIFIED BY '{{password}}' ` +
      `${tls}WITH MAX_USER_CONNECTIONS ${connections} PASSWORD EXPIRE INTERVAL ${days} DAY ACCOUNT LOCK`,
    ...rights(account),
    `ALTER USER ${account} ACCOUNT UNLOCK`,
  ];
}

/** What the users may do with rows, as the part of GRANT between its name and `TO`. */
export function grantsOf({ schemas = {}, tables = {} }: TableAccess): string[] {
  return [
    ...Object.entries(schemas).map(([database, privileges]) => `${privileges.join(", ")} ON ${everyTableOf(database)}`),
    ...Object.entries(tables).map(([table, privileges]) => `${privileges.join(", ")} ON ${oneTable(table)}`),
  ];
}

/**
 * The databases themselves, when each can be given to users.
 *
 * @throws LeaseholdError that names `where` and the field.
 */
export function requireDatabases(where: string, field: string, databases: readonly string[]): readonly string[] {
  if (databases.length === 0) throw new LeaseholdError(where, `${field} is empty`, "name at least one database");
  for (const name of databases) requireOwnDatabase(where, field, requireName(where, field, name));
  return databases;
}

/**
 * The access itself, when all in it can be used and every table says its database.
 *
 * @throws LeaseholdError that names `where` and the field.
 */
export function requireMySqlAccess(where: string, access: TableAccess): TableAccess {
  requireTableAccess(where, access);
  for (const database of Object.keys(access.schemas ?? {})) requireOwnDatabase(where, "schemas", database);
  for (const table of Object.keys(access.tables ?? {})) {
    const [database, name] = table.split(".");
    if (database === undefined || name === undefined) {
      throw new LeaseholdError(where, `tables holds ${show(table)} without its database`, "write it as database.table");
    }
    requireOwnDatabase(where, "tables", database);
  }
  return access;
}

function requireOwnDatabase(where: string, field: string, database: string): void {
  if (!serverDatabases.test(database)) return;
  throw new LeaseholdError(
    where,
    `${field} names ${database}, which is the server's own database`,
    "name databases of applications only",
  );
}
