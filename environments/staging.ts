import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "./schema";
import { standardBootstrap, standardRoles } from "./standard-roles";

/** The rehearsal of prod: same roles, its own servers. */
export const staging: EnvironmentDefinition = {
  name: "staging",
  vault: {
    address: "https://vault-staging.company.com",
    login: {
      method: "approle",
      // Not the environment's own auth/approle: Terraform logs in before that exists.
      path: "deployer",
      roleId: SecretInput.variable("vault_role_id", "RoleID that Terraform logs in with"),
      secretId: SecretInput.variable("vault_secret_id", "SecretID that Terraform logs in with"),
    },
  },
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
      bootstrap: { ...standardBootstrap, version: 16 },
      roles: standardRoles,
    },
  ],
  auth: [
    {
      method: "approle",
      path: "approle",
      roles: [
        {
          name: "ci",
          tokenTtl: "20m",
          tokenMaxTtl: "1h",
          secretIdTtl: "24h",
          secretIdUses: 10,
          credentials: ["database/app-readonly"],
        },
      ],
    },
  ],
  policies: [
    { name: "developers", credentials: ["database/app-readonly", "database/app-writer"] },
    { name: "dbas", allCredentialsOf: ["database"] },
  ],
};
