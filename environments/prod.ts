import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "./schema";
import { deployerLogin, standardBootstrap, standardLogins, standardRoles } from "./standard";

/** Production. CI deploys it as an AppRole. */
export const prod: EnvironmentDefinition = {
  name: "prod",
  vault: { address: "https://vault.company.com", login: deployerLogin },
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
      rotateRoot: true,
      bootstrap: { ...standardBootstrap, version: 16 },
      roles: standardRoles,
    },
  ],
  auth: [standardLogins],
  policies: [
    { name: "developers", credentials: ["database/app-readonly"] },
    { name: "dbas", allCredentialsOf: ["database"] },
  ],
};
