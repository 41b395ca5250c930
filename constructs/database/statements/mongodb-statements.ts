import { LeaseholdError, show } from "../../core/errors";
import { requireName } from "../../core/names";
import type { StatementSet, TableAccess } from "./statement-set";

/** What every kind of MongoDB user can be given. */
export interface MongoDbUserOptions {
  /**
   * The database that the users themselves are kept in. Clients must name it when they log in (`authSource`).
   * @default "admin"
   */
  readonly authenticationDatabase?: string | undefined;
}

/** Users of whole databases. */
export interface MongoDbDatabaseOptions extends MongoDbUserOptions {
  /** The databases that the users may use; at least one. */
  readonly databases: readonly string[];
}

/** A role of one database. */
export interface MongoDbRole {
  readonly role: string;
  /** The database that the role is of. @default the users' authenticationDatabase */
  readonly db?: string | undefined;
}

/** Users with roles by name, built-in or made by `createRole`. */
export interface MongoDbRoleOptions extends MongoDbUserOptions {
  /** A name alone is a role of the users' authenticationDatabase. */
  readonly roles: readonly (string | MongoDbRole)[];
  /** Why a role is needed that reaches beyond its database; without a reason it is refused. @default none */
  readonly superuserReason?: string | undefined;
}

/** JSON of the user's own: one item in each list, both naming the same database. */
export interface CustomMongoDbStatements {
  /** Such as `{"db": "admin", "roles": [{"role": "read", "db": "orders"}]}`. */
  readonly creation: readonly string[];
  /** Such as `{"db": "admin"}`. */
  readonly revocation: readonly string[];
  /** Why a role is needed that reaches beyond its database; without a reason it is refused. @default none */
  readonly superuserReason?: string | undefined;
}

/** MongoDB's own limit is 63 bytes; `.`, `$`, `/` and blanks it refuses. */
const databasePattern = /^[A-Za-z0-9_-]{1,63}$/;

/**
 * Statement sets for MongoDB. They are no program but JSON of the plug-in's own: which roles a user gets, and in which
 * database it is kept.
 *
 * Nothing ends a user but Vault: MongoDB knows no expiry of users, so one whose revocation fails lives on until it is dropped
 * by hand.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases/mongodb
 * @see https://www.mongodb.com/docs/manual/reference/built-in-roles/
 */
export class MongoDbStatements implements StatementSet {
  readonly dialect = "mongodb";
  /** The plug-in does nothing on a renewal. */
  readonly renewal: readonly string[] = [];
  readonly groups: readonly string[] = [];
  readonly definedGroups: Readonly<Record<string, TableAccess>> = {};
  /** Empty: what MongoDB's roles allow can't be said in SQL's privileges on tables. */
  readonly access: TableAccess = {};

  private constructor(
    readonly creation: readonly string[],
    readonly revocation: readonly string[],
    readonly superuserReason?: string,
  ) {}

  /**
   * Users that read every collection of some databases.
   *
   * @throws LeaseholdError when no database is named, or a name can't be used.
   */
  static readOnly(options: MongoDbDatabaseOptions): MongoDbStatements {
    return this.onDatabases("MongoDbStatements.readOnly", options, "read");
  }

  /**
   * Users that read and write every collection of some databases.
   *
   * @throws LeaseholdError when no database is named, or a name can't be used.
   */
  static readWrite(options: MongoDbDatabaseOptions): MongoDbStatements {
    return this.onDatabases("MongoDbStatements.readWrite", options, "readWrite");
  }

  /**
   * Users with roles of your choice: a role of your own (`createRole`) can allow as little as one collection.
   *
   * @throws LeaseholdError when no role is named, or a name can't be used. A role that reaches beyond its database is refused
   * when the dynamic role is declared.
   */
  static withRoles(options: MongoDbRoleOptions): MongoDbStatements {
    return this.withDocument("MongoDbStatements.withRoles", options, options.roles, options.superuserReason);
  }

  /** JSON of your own; it passes the same checks as the presets when the role is declared. */
  static custom({ creation, revocation, superuserReason }: CustomMongoDbStatements): MongoDbStatements {
    return new MongoDbStatements(creation, revocation, superuserReason);
  }

  private static onDatabases(where: string, options: MongoDbDatabaseOptions, role: string): MongoDbStatements {
    if (options.databases.length === 0) {
      throw new LeaseholdError(where, "databases is empty", "name at least one database");
    }
    const roles = [...new Set(options.databases)].map((db) => ({ role, db: requireDatabase(where, "databases", db) }));
    return this.withDocument(where, options, roles);
  }

  private static withDocument(
    where: string,
    { authenticationDatabase = "admin" }: MongoDbUserOptions,
    roles: readonly (string | MongoDbRole)[],
    superuserReason?: string,
  ): MongoDbStatements {
    if (roles.length === 0) throw new LeaseholdError(where, "roles is empty", "name at least one role");
    const db = requireDatabase(where, "authenticationDatabase", authenticationDatabase);
    // Said even where the plug-in would assume it, so that both lists show that they name the same database.
    const creation = { db, roles: roles.map((each) => roleDocument(where, each, db)) };
    return new MongoDbStatements([JSON.stringify(creation)], [JSON.stringify({ db })], superuserReason);
  }
}

/** The plug-in reads objects only, though MongoDB itself takes a bare name as well. */
function roleDocument(
  where: string,
  given: string | MongoDbRole,
  authenticationDatabase: string,
): Required<MongoDbRole> {
  const { role, db = authenticationDatabase } = typeof given === "string" ? { role: given } : given;
  return { role: requireName(where, "roles.role", role), db: requireDatabase(where, "roles.db", db) };
}

function requireDatabase(where: string, field: string, name: string): string {
  if (databasePattern.test(name)) return name;
  throw new LeaseholdError(
    where,
    `${field} ${show(name)} is not the name of a MongoDB database`,
    "use letters, digits, _ and -, 63 characters at most",
  );
}
