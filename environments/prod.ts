import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "./schema";
import { standardBootstrap, standardRoles } from "./standard-roles";

/** Production. CI deploys it as an AppRole. */
export const prod: EnvironmentDefinition = {
  name: "prod",
  vault: {
    address: "https://vault.company.com",
    login: {
      method: "approle",
      // Not the environment's own auth/approle: Terraform logs in before that exists.
      path: "deployer",
      roleId: SecretInput.variable("vault_role_id", "RoleID that Terraform logs in with"),
      secretId: SecretInput.variable("vault_secret_id", "SecretID that Terraform logs in with"),
    },
  },
  state: { backend: "s3", bucket: "company-terraform-state", key: "leasehold/prod.tfstate", region: "eu-central-1" },
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }],
  databases: [
    {
      engine: "postgres",
      name: "postgres-prod",
      mount: "database",
      host: "postgres.company.com",
      database: "app",
      admin: { username: "vault_admin", password: SecretInput.variable("postgres_prod_admin_password") },
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
    { name: "developers", credentials: ["database/app-readonly"] },
    { name: "dbas", allCredentialsOf: ["database"] },
  ],
};
