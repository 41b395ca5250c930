import { LeaseholdError, show } from "../../core/errors";
import { requireName } from "../../core/names";
import { quoteIdentifier, quoteLiteral } from "./sql-text";
import type { StatementSet, TableAccess, TablePrivilege } from "./statement-set";
import { onEach, readPrivileges, requireTableAccess, writePrivileges } from "./table-access";

/** How the users of a role may use the server. */
export interface PostgresUserOptions {
  /**
   * Sessions that one user may have open at once, 1 to 10000.
   * @default 20
   */
  readonly connectionLimit?: number;
  /**
   * The NOLOGIN role that inherits whatever a revoked user still owns.
   * @default "app_owner"
   */
  readonly ownerRole?: string;
}

/** Users of a group role that the bootstrap makes for them. */
export interface PostgresGroupOptions extends PostgresUserOptions {
  /** The group role's name. Two roles may share one, when both ask the same of it. */
  readonly group: string;
}

export interface PostgresSchemaOptions extends PostgresGroupOptions {
  /**
   * Schemas whose tables, those to come too, the users may use.
   * @default ["public"]
   */
  readonly schemas?: readonly string[];
}

/** Statements of the user's own; what is left out is the proven preset. */
export interface CustomPostgresStatements {
  /** Run for each new user, in one transaction. */
  readonly creation: readonly string[];
  /**
   * Run when a lease ends, in one transaction, perhaps several times.
   * @default ends the user's sessions, gives what it owns to `ownerRole`, drops it
   */
  readonly revocation?: readonly string[];
  /**
   * Run when a lease is renewed.
   * @default the plug-in moves VALID UNTIL
   */
  readonly renewal?: readonly string[];
  /** Group roles that must exist. @default none */
  readonly groups?: readonly string[];
  /**
   * What the users may do by the statements themselves: `leasehold prove` holds them to this and to what the groups may.
   * @default nothing
   */
  readonly access?: TableAccess;
  /** @default "app_owner" */
  readonly ownerRole?: string;
  /** Why a superuser is needed; without a reason SUPERUSER is refused. @default none */
  readonly superuserReason?: string;
}

/** Why a role needs a superuser, which no other way serves. */
export interface PostgresSuperuserOptions extends PostgresUserOptions {
  readonly reason: string;
}

const defaultOwnerRole = "app_owner";
const defaultConnectionLimit = 20;

/**
 * Statement sets for PostgreSQL 14 and later, for an admin that is no superuser.
 *
 * A user has privileges through membership in a group role only, so that no object's ACL grows with the number of users, and
 * `DROP ROLE` has nothing to stumble on.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases/postgresql
 * @see https://www.postgresql.org/docs/current/role-removal.html
 */
export class PostgresStatements implements StatementSet {
  readonly dialect = "postgresql";
  readonly creation: readonly string[];
  readonly revocation: readonly string[];
  readonly renewal: readonly string[];
  readonly groups: readonly string[];
  readonly memberships: readonly string[];
  readonly definedGroups: Readonly<Record<string, TableAccess>>;
  readonly access: TableAccess;
  /** The role that inherits from revoked users; undefined where a custom revocation decides. */
  readonly ownerRole: string | undefined;
  readonly superuserReason: string | undefined;

  private constructor(parts: {
    readonly creation: readonly string[];
    readonly revocation?: readonly string[] | undefined;
    readonly renewal?: readonly string[] | undefined;
    readonly groups: readonly string[];
    readonly definedGroups?: Readonly<Record<string, TableAccess>>;
    readonly access?: TableAccess | undefined;
    readonly ownerRole: string;
    readonly superuserReason?: string | undefined;
  }) {
    this.creation = parts.creation;
    this.revocation = parts.revocation ?? [postgresRevocation(parts.ownerRole)];
    this.renewal = parts.renewal ?? [];
    this.ownerRole = parts.revocation === undefined ? parts.ownerRole : undefined;
    this.groups = [...new Set([...parts.groups, ...(this.ownerRole === undefined ? [] : [this.ownerRole])])];
    this.memberships = parts.groups;
    this.definedGroups = parts.definedGroups ?? {};
    this.access = parts.access ?? {};
    this.superuserReason = parts.superuserReason;
  }

  /**
   * Users with the privileges of one or more group roles.
   *
   * @throws LeaseholdError when a name or the connection limit can't be used.
   */
  static memberOf(groups: string | readonly string[], options: PostgresUserOptions = {}): PostgresStatements {
    const where = "PostgresStatements.memberOf";
    const names = (typeof groups === "string" ? [groups] : groups).map((name) => requireRole(where, "group", name));
    if (names.length === 0) throw new LeaseholdError(where, "groups is empty", "name at least one group role");
    return new PostgresStatements({
      creation: [createUser(where, options, "INHERIT", names)],
      groups: names,
      ownerRole: ownerOf(where, options),
    });
  }

  /**
   * Users that read every table of some schemas, through a group role that the bootstrap makes.
   *
   * @throws LeaseholdError when a name or the connection limit can't be used.
   */
  static readOnly(options: PostgresSchemaOptions): PostgresStatements {
    return this.ofSchemas("PostgresStatements.readOnly", options, readPrivileges);
  }

  /**
   * Users that read and write every table of some schemas, through a group role that the bootstrap makes.
   *
   * @throws LeaseholdError when a name or the connection limit can't be used.
   */
  static readWrite(options: PostgresSchemaOptions): PostgresStatements {
    return this.ofSchemas("PostgresStatements.readWrite", options, writePrivileges);
  }

  /**
   * Users that read the named tables and nothing else, through a group role that the bootstrap makes.
   *
   * @throws LeaseholdError when a name or the connection limit can't be used.
   */
  static reporting(options: PostgresGroupOptions & { readonly tables: readonly string[] }): PostgresStatements {
    return this.withGroup("PostgresStatements.reporting", options, { tables: onEach(options.tables, readPrivileges) });
  }

  /**
   * Users with certain privileges on certain tables, through a group role that the bootstrap makes. Where a table is inserted
   * into, the sequences of its columns may be used too.
   *
   * @throws LeaseholdError when a name, a privilege or the connection limit can't be used.
   */
  static onTables(
    options: PostgresGroupOptions & { readonly tables: Readonly<Record<string, readonly TablePrivilege[]>> },
  ): PostgresStatements {
    return this.withGroup("PostgresStatements.onTables", options, { tables: options.tables });
  }

  /**
   * Users that change the schema: whatever they create belongs to the owner role at once, so that the next migration can
   * change it and nothing dies with the user.
   *
   * @throws LeaseholdError when a name or the connection limit can't be used.
   */
  static migrator(options: PostgresUserOptions = {}): PostgresStatements {
    const where = "PostgresStatements.migrator";
    const owner = ownerOf(where, options);
    const actAsOwner = `ALTER ROLE "{{name}}" SET role = ${quoteLiteral(owner)}`;
    return new PostgresStatements({
      creation: [createUser(where, options, "INHERIT", [owner]), actAsOwner],
      groups: [owner],
      ownerRole: owner,
    });
  }

  /**
   * Superusers. Only a superuser can make them, so the connection's admin must be one too: whoever holds the mount then holds
   * the whole server. A migrator serves most of what superusers are asked for.
   *
   * @throws LeaseholdError without a reason, or when a name or the connection limit can't be used.
   */
  static superuser(options: PostgresSuperuserOptions): PostgresStatements {
    const where = "PostgresStatements.superuser";
    if (options.reason.trim() === "") {
      throw new LeaseholdError(where, "reason is empty", "say why no group role serves; it is shown to reviewers");
    }
    return new PostgresStatements({
      creation: [createUser(where, options, "SUPERUSER", [])],
      groups: [],
      ownerRole: ownerOf(where, options),
      superuserReason: options.reason,
    });
  }

  /** Statements of your own; they pass the same checks as the presets when the role is declared. */
  static custom(statements: CustomPostgresStatements): PostgresStatements {
    const where = "PostgresStatements.custom";
    return new PostgresStatements({
      ...statements,
      groups: (statements.groups ?? []).map((name) => requireRole(where, "groups", name)),
      access: statements.access === undefined ? undefined : requireTableAccess(where, statements.access),
      ownerRole: ownerOf(where, statements),
    });
  }

  private static ofSchemas(where: string, options: PostgresSchemaOptions, privileges: readonly TablePrivilege[]) {
    return this.withGroup(where, options, { schemas: onEach(options.schemas ?? ["public"], privileges) });
  }

  private static withGroup(where: string, options: PostgresGroupOptions, access: TableAccess): PostgresStatements {
    const group = requireRole(where, "group", options.group);
    return new PostgresStatements({
      creation: [createUser(where, options, "INHERIT", [group])],
      groups: [group],
      definedGroups: { [group]: requireTableAccess(where, access) },
      ownerRole: ownerOf(where, options),
    });
  }
}

/** PostgreSQL reads these two as something else, quoted or not. */
function requireRole(where: string, field: string, name: string): string {
  if (name !== "public" && name !== "none") return requireName(where, field, name);
  throw new LeaseholdError(where, `${field} ${name} is no role that can be granted`, "name a group role");
}

function ownerOf(where: string, options: { readonly ownerRole?: string | undefined }): string {
  const owner = requireRole(where, "ownerRole", options.ownerRole ?? defaultOwnerRole);
  // The revocation holds it in a literal that its block executes, where it would pass for the attribute.
  const [attribute] = /\b(?:SUPERUSER|CREATEROLE|BYPASSRLS|REPLICATION)\b/i.exec(owner) ?? [];
  if (attribute === undefined) return owner;
  throw new LeaseholdError(
    where,
    `ownerRole ${show(owner)} holds ${attribute}, an attribute of roles`,
    "give the owner role another name, such as app_owner",
  );
}

function createUser(
  where: string,
  options: PostgresUserOptions,
  attribute: "INHERIT" | "SUPERUSER",
  groups: readonly string[],
): string {
  const limit = options.connectionLimit ?? defaultConnectionLimit;
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new LeaseholdError(where, `connectionLimit ${limit} is out of range`, "give a whole number from 1 to 10000");
  }
  return [
    `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`,
    `${attribute} CONNECTION LIMIT ${limit}`,
    ...(groups.length > 0 ? [`IN ROLE ${groups.map(quoteIdentifier).join(", ")}`] : []),
  ].join(" ");
}

/**
 * Ends a user, whatever it did. Why each step:
 * - the lock time-out: a blocked revocation stalls the whole connection in Vault;
 * - NOLOGIN before the sessions end, so that none begins in between;
 * - the owner role granted to the user, and the user to the admin: to reassign, an admin without superuser needs the
 *   privileges of both sides, and has them through the user until the end of this transaction;
 * - a user that is gone already is no error: Vault repeats a revocation whose answer it did not get.
 * `END` is upper-case because Vault splits the item at each `;` otherwise.
 */
export function postgresRevocation(ownerRole: string): string {
  const owner = quoteIdentifier(ownerRole).replaceAll("'", "''");
  return `DO $revoke$
DECLARE
  target oid;
  session record;
BEGIN
  PERFORM pg_catalog.set_config('lock_timeout', '3s', true);
  SELECT oid INTO target FROM pg_catalog.pg_roles WHERE rolname = '{{name}}';
  IF target IS NULL THEN
    RETURN;
  END IF;
  EXECUTE pg_catalog.format('ALTER ROLE %I NOLOGIN', '{{name}}');
  FOR session IN SELECT pid FROM pg_catalog.pg_stat_activity WHERE usesysid = target LOOP
    PERFORM pg_catalog.pg_terminate_backend(session.pid, 2000);
  END LOOP;
  EXECUTE pg_catalog.format('GRANT ${owner} TO %I', '{{name}}');
  EXECUTE pg_catalog.format('GRANT %I TO CURRENT_USER', '{{name}}');
  EXECUTE pg_catalog.format('REASSIGN OWNED BY %I TO ${owner}', '{{name}}');
  EXECUTE pg_catalog.format('DROP OWNED BY %I', '{{name}}');
  EXECUTE pg_catalog.format('DROP ROLE %I', '{{name}}');
END
$revoke$`;
}
