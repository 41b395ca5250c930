/**
 * What a dynamic role runs in its database: lists of statements, each item sent to Vault as it stands.
 *
 * There are no rollback statements: the PostgreSQL and MySQL plug-ins ignore them, so to declare them would promise what
 * never happens.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#create-role
 */
export interface StatementSet {
  /** Run in one transaction for each new user. */
  readonly creation: readonly string[];
  /** Run in one transaction when a lease ends or is revoked. Vault retries them, so they must be repeatable. */
  readonly revocation: readonly string[];
  /** Run when a lease is renewed. Without them the plug-in only moves `VALID UNTIL`. */
  readonly renewal: readonly string[];
  /** The bootstrap's group roles that the statements build on; they must exist before a user is made. */
  readonly groups: readonly string[];
  /** Why a superuser is wanted, where the statements make one. */
  readonly superuserReason?: string | undefined;
}
