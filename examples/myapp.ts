import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "../environments/schema";

/**
 * One application: a role to read, one to write, one that reports from two tables, and a service that is allowed its own table.
 *
 * `npx leasehold prove examples/myapp.ts`
 */
export const myapp: EnvironmentDefinition = {
  name: "myapp",
  vault: { address: "https://vault.example.com" },
  state: { backend: "local" },
  audit: [{ type: "file", filePath: "/var/log/vault/audit.log" }, { type: "syslog" }],
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }],
  databases: [
    {
      engine: "postgres",
      name: "my-postgresql-database",
      mount: "database",
      host: "postgres.example.com",
      database: "myapp",
      admin: { username: "vault_admin", password: SecretInput.variable("myapp_admin_password") },
      rotateRoot: true,
      bootstrap: { version: 16, ownerRole: "app_owner", groups: {}, schemas: ["public"] },
      roles: [
        {
          name: "readonly",
          statements: PostgresStatements.readOnly({ group: "myapp_ro" }),
          defaultTtl: "1h",
          maxTtl: "24h",
        },
        {
          name: "readwrite",
          statements: PostgresStatements.readWrite({ group: "myapp_rw" }),
          defaultTtl: "1h",
          maxTtl: "24h",
        },
        // The same users for work that is soon done.
        {
          name: "readwrite-short",
          statements: PostgresStatements.readWrite({ group: "myapp_rw" }),
          defaultTtl: "30m",
          maxTtl: "2h",
        },
        {
          name: "reporting",
          statements: PostgresStatements.reporting({ group: "reporting", tables: ["reports", "analytics"] }),
          defaultTtl: "1h",
          maxTtl: "4h",
        },
        {
          name: "user-service",
          statements: PostgresStatements.onTables({
            group: "user_service",
            tables: { users: ["SELECT", "INSERT", "UPDATE"] },
          }),
          defaultTtl: "1h",
          maxTtl: "4h",
        },
      ],
    },
  ],
  auth: [
    {
      method: "kubernetes",
      path: "kubernetes",
      host: "https://kubernetes.default.svc:443",
      roles: [
        {
          name: "myapp",
          audience: "vault",
          serviceAccounts: ["myapp"],
          namespaces: ["default"],
          tokenTtl: "1h",
          policies: ["db-readonly"],
        },
      ],
    },
  ],
  policies: [{ name: "db-readonly", credentials: ["database/readonly"] }],
};
