import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "./schema";
import { deployerLogin, standardBootstrap, standardLogins, standardRoles } from "./standard";

/** The rehearsal of prod: same roles, its own servers. */
export const staging: EnvironmentDefinition = {
  name: "staging",
  vault: { address: "https://vault-staging.company.com", login: deployerLogin },
  state: { backend: "s3", bucket: "company-terraform-state", key: "leasehold/staging.tfstate", region: "eu-central-1" },
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }],
  databases: [
    {
      engine: "postgres",
      name: "postgres-staging",
      mount: "database",
      host: "postgres-staging.company.com",
      database: "app",
      admin: { username: "vault_admin", password: SecretInput.variable("postgres_staging_admin_password") },
      rotateRoot: true,
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
