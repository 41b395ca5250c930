/**
 * How Vault names a PostgreSQL user: `v-<role>-<hash of the login's display name>-<random>-<time>`.
 *
 * Vault's default puts the display name itself into the name, and an LDAP or JWT user can choose theirs: with `a";--` it would
 * reach the SQL. The hash still tells two logins apart. PostgreSQL cuts names at 63 characters.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/username-templating
 */
export const postgresUsernameTemplate =
  '{{ printf "v-%s-%s-%s-%s" (.RoleName | truncate 14) (.DisplayName | sha256 | truncate 8) (random 20) (unix_time) | truncate 63 }}';
