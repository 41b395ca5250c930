/** The language of a statement set: what the server of its connection understands. */
export const dialects = ["postgresql", "mysql", "mariadb", "mongodb", "other"] as const;

export type Dialect = (typeof dialects)[number];

/** What can be done with the rows of a table. */
export const tablePrivileges = ["SELECT", "INSERT", "UPDATE", "DELETE"] as const;

export type TablePrivilege = (typeof tablePrivileges)[number];

/** Privileges on tables: whole schemas (what comes later too), or tables by name. */
export interface TableAccess {
  /** By schema (in MySQL and MariaDB: database), what may be done with each of its tables. */
  readonly schemas?: Readonly<Record<string, readonly TablePrivilege[]>>;
  /** By table, as `table` or `schema.table`, what may be done with it. */
  readonly tables?: Readonly<Record<string, readonly TablePrivilege[]>>;
}

/**
 * What a dynamic role runs in its database: lists of statements, each item sent to Vault as it stands.
 *
 * There are no rollback statements: the PostgreSQL and MySQL plug-ins ignore them, so to declare them would promise what
 * never happens.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#create-role
 */
export interface StatementSet {
  readonly dialect: Dialect;
  /** Run for each new user: in one transaction, where the server has transactions for users. */
  readonly creation: readonly string[];
  /** Run when a lease ends or is revoked. Vault retries them, so they must be repeatable. */
  readonly revocation: readonly string[];
  /** Run when a lease is renewed. Without them the PostgreSQL plug-in moves `VALID UNTIL`, the others do nothing. */
  readonly renewal: readonly string[];
  /** The group roles that the statements build on; they must exist before a user is made. */
  readonly groups: readonly string[];
  /** Those of the groups whose privileges the users have. @default all of them */
  readonly memberships?: readonly string[];
  /** Those of the groups that the bootstrap makes because this set asks for them. */
  readonly definedGroups: Readonly<Record<string, TableAccess>>;
  /** What the users may do by the statements themselves, apart from groups: what `leasehold prove` holds them to. */
  readonly access: TableAccess;
  /** Seconds that the statements let a user live at most, where they set an end that a renewal does not move. */
  readonly longestTtl?: number | undefined;
  /** Why a superuser is wanted, where the statements make one. */
  readonly superuserReason?: string | undefined;
}
