import { SecretInput } from "../constructs/core/secret-input";
import {
  analyticsMount,
  reportingBootstrap,
  reportingRoles,
  warehouseBootstrap,
  warehouseRoles,
} from "./company/analytics";
import { authorities, cloud, keys, secrets } from "./company/engines";
import { onCall, people, programs, workflows } from "./company/logins";
import { analysts, dataPlatform, dbas } from "./company/policies";
import type { EnvironmentDefinition } from "./schema";
import {
  deployerLogin,
  standardAudit,
  standardBootstrap,
  standardConnection,
  standardHardening,
  standardLogins,
  standardRoles,
} from "./standard";

/** The rehearsal of prod: same mounts, roles and logins, its own servers. Developers may write here. */
export const staging: EnvironmentDefinition = {
  name: "staging",
  tier: "staging",
  vault: {
    address: "https://vault-staging.company.com",
    server: { product: "vault", edition: "community", version: "1.21" },
    login: deployerLogin,
  },
  state: { backend: "s3", bucket: "company-terraform-state", key: "leasehold/staging.tfstate", region: "eu-central-1" },
  audit: standardAudit,
  ...standardHardening,
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }, analyticsMount],
  databases: [
    {
      engine: "postgres",
      name: "postgres-staging",
      mount: "database",
      host: "postgres-staging.company.com",
      database: "app",
      admin: { username: "vault_admin", password: SecretInput.variable("postgres_staging_admin_password") },
      ...standardConnection,
      rotateRoot: true,
      bootstrap: { ...standardBootstrap, version: 16 },
      roles: standardRoles,
    },
    {
      engine: "mysql",
      name: "mysql-analytics",
      mount: "database",
      host: "mysql-staging.company.com",
      admin: { username: "vault_admin", password: SecretInput.variable("mysql_analytics_staging_admin_password") },
      ...standardConnection,
      rotateRoot: true,
      bootstrap: reportingBootstrap,
      roles: reportingRoles,
    },
    {
      engine: "postgres",
      name: "data-warehouse",
      mount: "analytics",
      host: "warehouse-staging.company.com",
      database: "warehouse",
      admin: { username: "vault_admin", password: SecretInput.variable("data_warehouse_staging_admin_password") },
      ...standardConnection,
      rotateRoot: true,
      bootstrap: warehouseBootstrap,
      roles: warehouseRoles,
    },
  ],
  engines: [secrets("staging"), keys, ...authorities({ from: "http://pki-staging.company.com" }), cloud],
  auth: [
    standardLogins,
    programs({ cluster: "https://kubernetes-staging.company.com:6443", environment: "staging" }),
    people,
    workflows("staging"),
  ],
  identity: { groups: [onCall] },
  policies: [
    { name: "developers", credentials: ["database/app-readonly", "database/app-writer"] },
    dbas,
    analysts,
    dataPlatform,
  ],
};
