import { SecretInput } from "../../../constructs/core/secret-input";
import type { DynamicRoleOptions } from "../../../constructs/database/dynamic-role";
import type { PostgresConnectionOptions } from "../../../constructs/database/postgres-connection";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";

/** A connection with nothing but what it needs. */
export const postgresOptions: PostgresConnectionOptions = {
  host: "postgres.company.com",
  database: "app",
  admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
};

/** A role that any connection can have. */
export const roleOptions: DynamicRoleOptions = {
  statements: PostgresStatements.memberOf("app_ro"),
  defaultTtl: "1h",
  maxTtl: "24h",
};
