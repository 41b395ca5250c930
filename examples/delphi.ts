import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "../environments/schema";

/**
 * A program on its way from one password in a file to users of its own: it logs in as `delphi`, whose password Vault rotates,
 * until it can take users from `delphi-readonly`. docs/databases.md tells the steps.
 *
 * `npx leasehold prove examples/delphi.ts`
 */
export const delphi: EnvironmentDefinition = {
  name: "delphi",
  vault: { address: "https://vault.example.com" },
  state: { backend: "local" },
  audit: [{ type: "file", filePath: "/var/log/vault/audit.log" }, { type: "syslog" }],
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }],
  databases: [
    {
      engine: "postgres",
      name: "delphi",
      mount: "database",
      host: "100.88.69.11",
      database: "delphi",
      tls: "require",
      admin: { username: "vault_admin", password: SecretInput.variable("delphi_admin_password") },
      bootstrap: { version: 15, ownerRole: "delphi_owner", groups: {}, schemas: ["public"] },
      staticRoles: [{ name: "delphi-legacy", username: "delphi", rotation: { period: "7d" }, rotatesAtOnce: true }],
      roles: [
        {
          name: "delphi-readonly",
          statements: PostgresStatements.readOnly({ group: "delphi_ro", ownerRole: "delphi_owner" }),
          defaultTtl: "1h",
          maxTtl: "24h",
        },
      ],
    },
  ],
  auth: [],
  policies: [{ name: "delphi", credentials: ["database/delphi-legacy", "database/delphi-readonly"] }],
};
