import { LeaseholdError } from "../../core/errors";
import { requireName } from "../../core/names";
import { endSessionsProcedure, everyTableOf, type MySqlProduct, quoteMySqlLiteral } from "./mysql-text";
import {
  accountAt,
  creationOf,
  grantsOf,
  type MySqlUserOptions,
  requireDatabases,
  requireMySqlAccess,
} from "./mysql-user";
import type { StatementSet, TableAccess, TablePrivilege } from "./statement-set";
import { onEach, readPrivileges, writePrivileges } from "./table-access";

/** What changing the schema takes, apart from reading and writing. See `migrator` for what is left out. */
export const migrationPrivileges = [
  "CREATE",
  "ALTER",
  "DROP",
  "INDEX",
  "REFERENCES",
  "CREATE TEMPORARY TABLES",
  "LOCK TABLES",
  "SHOW VIEW",
] as const;

export interface MySqlDatabaseOptions extends MySqlUserOptions {
  /** Databases whose tables, those to come too, the users may use. */
  readonly databases: readonly string[];
}

/** Statements of the user's own; what is left out is the proven preset. */
export interface CustomMySqlStatements {
  /** Run for each new user; each takes effect at once, so make the user locked and unlock it last. */
  readonly creation: readonly string[];
  /**
   * Run when a lease ends, perhaps several times.
   * @default locks the user, ends its sessions, drops it
   */
  readonly revocation?: readonly string[];
  /** Where the creation lets the users log in from, for the proven revocation. @default "%" */
  readonly host?: string;
  /** What the users may do by the statements themselves: `leasehold prove` holds them to it. @default nothing */
  readonly access?: TableAccess;
}

export interface CustomMySqlGroupStatements extends CustomMySqlStatements {
  /** Group roles that must exist. @default none */
  readonly groups?: readonly string[];
}

interface Parts {
  readonly creation: readonly string[];
  readonly revocation: readonly string[];
  readonly groups?: readonly string[] | undefined;
  readonly access?: TableAccess | undefined;
  readonly migrates?: readonly string[];
}

/** A product's class, as the factories that both have see it. */
interface Product<Set> {
  readonly name: string;
  new (parts: Parts): Set;
  /** Ends a user, whatever it did. */
  revocationOf(account: string): string[];
}

/** What MySQL and MariaDB have in common. */
abstract class MySqlFamilyStatements implements StatementSet {
  abstract readonly dialect: MySqlProduct;
  readonly creation: readonly string[];
  readonly revocation: readonly string[];
  /** The plug-in runs nothing when a lease is renewed. */
  readonly renewal: readonly string[] = [];
  readonly groups: readonly string[];
  readonly definedGroups: Readonly<Record<string, TableAccess>> = {};
  readonly access: TableAccess;
  /** The databases whose schema the users may change: the admin must be able to pass that on. */
  readonly migrates: readonly string[];
  readonly longestTtl: number | undefined;

  constructor(parts: Parts) {
    this.creation = parts.creation;
    this.revocation = parts.revocation;
    this.groups = parts.groups ?? [];
    this.access = parts.access ?? {};
    this.migrates = parts.migrates ?? [];
    const days = /\bPASSWORD\s+EXPIRE\s+INTERVAL\s+(\d+)\s+DAY\b/i.exec(parts.creation.join("\n"))?.[1];
    this.longestTtl = days === undefined ? undefined : Number(days) * 86_400;
  }

  /**
   * Users that read every table of some databases.
   *
   * @throws LeaseholdError when a name or an option can't be used.
   */
  static readOnly<Set>(this: Product<Set>, options: MySqlDatabaseOptions): Set {
    return withAccess(this, "readOnly", options, onDatabases(`${this.name}.readOnly`, options, readPrivileges));
  }

  /**
   * Users that read and write every table of some databases.
   *
   * @throws LeaseholdError when a name or an option can't be used.
   */
  static readWrite<Set>(this: Product<Set>, options: MySqlDatabaseOptions): Set {
    return withAccess(this, "readWrite", options, onDatabases(`${this.name}.readWrite`, options, writePrivileges));
  }

  /**
   * Users that read the named tables, each written `database.table`, and nothing else. The tables must exist before a user is
   * made.
   *
   * @throws LeaseholdError when a name or an option can't be used.
   */
  static reporting<Set>(this: Product<Set>, options: MySqlUserOptions & { readonly tables: readonly string[] }): Set {
    return withAccess(this, "reporting", options, { tables: onEach(options.tables, readPrivileges) });
  }

  /**
   * Users with certain privileges on certain tables, each written `database.table`. The tables must exist before a user is
   * made.
   *
   * @throws LeaseholdError when a name, a privilege or an option can't be used.
   */
  static onTables<Set>(
    this: Product<Set>,
    options: MySqlUserOptions & { readonly tables: Readonly<Record<string, readonly TablePrivilege[]>> },
  ): Set {
    return withAccess(this, "onTables", options, { tables: options.tables });
  }

  /**
   * Users that change the schema of some databases, and read and write them. Tables belong to nobody, so they outlive the user.
   *
   * Views, triggers, events and routines don't: they run as whoever made them, fail once that user is gone (error 1449), and in
   * MySQL keep it from being dropped. So the users may not make any; a migration that needs them is run by a user that stays.
   *
   * @throws LeaseholdError when a name or an option can't be used.
   */
  static migrator<Set>(this: Product<Set>, options: MySqlDatabaseOptions): Set {
    const where = `${this.name}.migrator`;
    const access = onDatabases(where, options, writePrivileges);
    const privileges = [...writePrivileges, ...migrationPrivileges].join(", ");
    const creation = creationOf(where, options, (account) =>
      options.databases.map((name) => `GRANT ${privileges} ON ${everyTableOf(name)} TO ${account}`),
    );
    const revocation = this.revocationOf(accountAt(where, options.host));
    return new this({ creation, revocation, access, migrates: options.databases });
  }
}

function onDatabases(
  where: string,
  { databases }: MySqlDatabaseOptions,
  privileges: readonly TablePrivilege[],
): TableAccess {
  return { schemas: onEach(requireDatabases(where, "databases", databases), privileges) };
}

function withAccess<Set>(product: Product<Set>, factory: string, options: MySqlUserOptions, access: TableAccess): Set {
  const where = `${product.name}.${factory}`;
  const grants = grantsOf(requireMySqlAccess(where, access));
  const creation = creationOf(where, options, (account) => grants.map((grant) => `GRANT ${grant} TO ${account}`));
  return new product({ creation, revocation: product.revocationOf(accountAt(where, options.host)), access });
}

function customParts(product: Product<unknown>, statements: CustomMySqlGroupStatements): Parts {
  const where = `${product.name}.custom`;
  const proven = product.revocationOf(accountAt(where, statements.host));
  return {
    creation: statements.creation,
    revocation: statements.revocation ?? proven,
    groups: statements.groups?.map((name) => requireName(where, "groups", name)),
    access: statements.access === undefined ? undefined : requireMySqlAccess(where, statements.access),
  };
}

/**
 * Statement sets for MySQL 8 and later, for an admin that the bootstrap makes.
 *
 * MySQL drops a user and lets its sessions go on, and knows no statement that ends them all: the bootstrap's procedure
 * `leasehold.end_sessions` does.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases/mysql-maria
 * @see https://dev.mysql.com/doc/refman/8.4/en/create-user.html
 */
export class MySqlStatements extends MySqlFamilyStatements {
  readonly dialect: MySqlProduct = "mysql";

  /**
   * Users with the privileges of one or more group roles, active from the first session on.
   *
   * @throws LeaseholdError when a name or an option can't be used.
   * @see https://dev.mysql.com/doc/refman/8.4/en/roles.html
   */
  static memberOf(groups: string | readonly string[], options: MySqlUserOptions = {}): MySqlStatements {
    const where = "MySqlStatements.memberOf";
    const names = (typeof groups === "string" ? [groups] : groups).map((name) => requireName(where, "group", name));
    if (names.length === 0) throw new LeaseholdError(where, "groups is empty", "name at least one group role");
    const roles = names.map(quoteMySqlLiteral).join(", ");
    return new MySqlStatements({
      creation: creationOf(where, options, (account) => [
        `GRANT ${roles} TO ${account}`,
        `SET DEFAULT ROLE ${roles} TO ${account}`,
      ]),
      revocation: MySqlStatements.revocationOf(accountAt(where, options.host)),
      groups: names,
    });
  }

  /**
   * Statements of your own; they pass the same checks as the presets when the role is declared.
   *
   * @throws LeaseholdError when the host, a group or the access can't be used.
   */
  static custom(statements: CustomMySqlGroupStatements): MySqlStatements {
    return new MySqlStatements(customParts(MySqlStatements, statements));
  }

  /** Locked first, so that no session begins while the others end; each step may be repeated, and find the user gone. */
  static revocationOf(account: string): string[] {
    return [
      `ALTER USER IF EXISTS ${account} ACCOUNT LOCK`,
      `CALL ${endSessionsProcedure}('{{name}}')`,
      `DROP USER IF EXISTS ${account}`,
    ];
  }
}

/**
 * Statement sets for MariaDB 10.11 and later, for an admin that the bootstrap makes.
 *
 * There is no `memberOf`: who may make a role the default of another user's must be able to write to the database `mysql`
 * (error 1044 otherwise), which is to be root. Rights granted to the user itself are rows that go with it, so nothing is lost.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases/mysql-maria
 * @see https://mariadb.com/kb/en/create-user/
 */
export class MariaDbStatements extends MySqlFamilyStatements {
  readonly dialect: MySqlProduct = "mariadb";

  /**
   * Statements of your own; they pass the same checks as the presets when the role is declared.
   *
   * @throws LeaseholdError when the host or the access can't be used.
   */
  static custom(statements: CustomMySqlStatements): MariaDbStatements {
    return new MariaDbStatements(customParts(MariaDbStatements, statements));
  }

  /**
   * Locked first, so that no session begins while the others end; each step may be repeated, and find the user gone. Sessions
   * are ended wherever they come from: KILL USER takes a host to the letter, and a pattern such as `10.1.%` would end none.
   */
  static revocationOf(account: string): string[] {
    return [
      `ALTER USER IF EXISTS ${account} ACCOUNT LOCK`,
      `KILL USER '{{name}}'@'%'`,
      `DROP USER IF EXISTS ${account}`,
    ];
  }
}
