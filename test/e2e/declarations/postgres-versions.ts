import { SecretInput } from "../../../constructs/core/secret-input";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition } from "../../../environments/schema";

/** Every preset on every major version. */
export const postgresVersions: EnvironmentDefinition = {
  name: "postgres-versions",
  vault: { address: "https://vault.example.com" },
  state: { backend: "local" },
  mounts: [{ path: "database", type: "database" }],
  databases: [14, 15, 16, 17, 18].map((version) => ({
    engine: "postgres",
    name: `postgres-${version}`,
    mount: "database",
    host: "postgres.example.com",
    database: "app",
    admin: { username: "vault_admin", password: SecretInput.variable(`postgres_${version}_admin_password`) },
    rotateRoot: true,
    bootstrap: {
      version,
      ownerRole: "app_owner",
      groups: { app_ro: "read-only", app_rw: "read-write" },
      schemas: ["public", "billing"],
    },
    staticRoles: [{ name: `legacy-${version}`, username: "legacy", rotation: { period: "1d" }, rotatesAtOnce: true }],
    roles: [
      { name: "member-of-one", statements: PostgresStatements.memberOf("app_ro") },
      { name: "member-of-both", statements: PostgresStatements.memberOf(["app_ro", "app_rw"]) },
      { name: "read-only", statements: PostgresStatements.readOnly({ group: "billing_ro", schemas: ["billing"] }) },
      { name: "read-write", statements: PostgresStatements.readWrite({ group: "billing_rw", schemas: ["billing"] }) },
      {
        name: "reporting",
        statements: PostgresStatements.reporting({ group: "reporting", tables: ["reports", "billing.invoices"] }),
      },
      {
        name: "on-tables",
        statements: PostgresStatements.onTables({
          group: "user_service",
          tables: { users: ["SELECT", "INSERT", "UPDATE"] },
        }),
      },
      { name: "migrator", statements: PostgresStatements.migrator() },
    ].map(({ name, statements }) => ({
      name: `${name}-${version}`,
      statements,
      defaultTtl: "1h" as const,
      maxTtl: "4h" as const,
    })),
  })),
  auth: [],
  policies: [],
};
