import { LeaseholdError } from "../../core/errors";
import { requireName } from "../../core/names";
import { quoteIdentifier, quoteLiteral } from "./sql-text";
import type { StatementSet } from "./statement-set";

/** How the users of a role may use the server. */
export interface PostgresUserOptions {
  /**
   * Sessions that one user may have open at once.
   * @default 20
   */
  readonly connectionLimit?: number;
  /**
   * The NOLOGIN role that inherits whatever a revoked user still owns.
   * @default "app_owner"
   */
  readonly ownerRole?: string;
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
  /** @default "app_owner" */
  readonly ownerRole?: string;
  /** Why a superuser is needed; without a reason SUPERUSER is refused. @default none */
  readonly superuserReason?: string;
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
  private constructor(
    readonly creation: readonly string[],
    readonly revocation: readonly string[],
    readonly renewal: readonly string[],
    readonly groups: readonly string[],
    readonly superuserReason: string | undefined,
  ) {}

  /**
   * Users with the privileges of one or more group roles.
   *
   * @throws LeaseholdError when a name or the connection limit can't be used.
   */
  static memberOf(groups: string | readonly string[], options: PostgresUserOptions = {}): PostgresStatements {
    const names = (typeof groups === "string" ? [groups] : groups).map((name) =>
      requireName("PostgresStatements.memberOf", "group", name),
    );
    if (names.length === 0) {
      throw new LeaseholdError("PostgresStatements.memberOf", "groups is empty", "name at least one group role");
    }
    const owner = ownerOf("PostgresStatements.memberOf", options);
    return new PostgresStatements(
      [createUser(names, options)],
      [revokeUser(owner)],
      [],
      [...new Set([...names, owner])],
      undefined,
    );
  }

  /**
   * Users that change the schema: whatever they create belongs to the owner role at once, so that the next migration can
   * change it and nothing dies with the user.
   *
   * @throws LeaseholdError when a name or the connection limit can't be used.
   */
  static migrator(options: PostgresUserOptions = {}): PostgresStatements {
    const owner = ownerOf("PostgresStatements.migrator", options);
    const actAsOwner = `ALTER ROLE "{{name}}" SET role = ${quoteLiteral(owner)}`;
    return new PostgresStatements(
      [createUser([owner], options), actAsOwner],
      [revokeUser(owner)],
      [],
      [owner],
      undefined,
    );
  }

  /** Statements of your own; they pass the same checks as the presets when the role is declared. */
  static custom(statements: CustomPostgresStatements): PostgresStatements {
    const owner = ownerOf("PostgresStatements.custom", statements);
    return new PostgresStatements(
      statements.creation,
      statements.revocation ?? [revokeUser(owner)],
      statements.renewal ?? [],
      [...new Set([...(statements.groups ?? []), ...(statements.revocation ? [] : [owner])])],
      statements.superuserReason,
    );
  }
}

function ownerOf(where: string, options: { readonly ownerRole?: string }): string {
  return requireName(where, "ownerRole", options.ownerRole ?? defaultOwnerRole);
}

function createUser(groups: readonly string[], options: PostgresUserOptions): string {
  const limit = options.connectionLimit ?? defaultConnectionLimit;
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new LeaseholdError(
      "PostgresStatements",
      `connectionLimit ${limit} is out of range`,
      "give a whole number from 1 to 10000",
    );
  }
  return [
    `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`,
    `INHERIT CONNECTION LIMIT ${limit} IN ROLE ${groups.map(quoteIdentifier).join(", ")}`,
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
function revokeUser(ownerRole: string): string {
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
