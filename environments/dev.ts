import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "./schema";
import { standardBootstrap, standardLogins, standardRoles } from "./standard";

/** Where developers try things: state on the developer's machine. */
export const dev: EnvironmentDefinition = {
  name: "dev",
  vault: { address: "https://vault-dev.company.com" },
  state: { backend: "local" },
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }],
  databases: [
    {
      engine: "postgres",
      name: "postgres-dev",
      mount: "database",
      host: "postgres-dev.company.com",
      database: "app",
      admin: { username: "vault_admin", password: SecretInput.variable("postgres_dev_admin_password") },
      bootstrap: { ...standardBootstrap, version: 16 },
      roles: standardRoles,
    },
  ],
  auth: [standardLogins],
  policies: [
    { name: "developers", credentials: ["database/app-readonly", "database/app-writer"] },
    { name: "dbas", allCredentialsOf: ["database"] },
  ],
};
