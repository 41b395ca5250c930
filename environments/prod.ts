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

/** Production. CI deploys it as an AppRole, and developers read only. */
export const prod: EnvironmentDefinition = {
  name: "prod",
  tier: "prod",
  preventDestroy: true,
  vault: {
    address: "https://vault.company.com",
    server: { product: "vault", edition: "community", version: "1.21" },
    login: deployerLogin,
  },
  state: { backend: "s3", bucket: "company-terraform-state", key: "leasehold/prod.tfstate", region: "eu-central-1" },
  audit: standardAudit,
  ...standardHardening,
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }, analyticsMount],
  databases: [
    {
      engine: "postgres",
      name: "postgres-prod",
      mount: "database",
      host: "postgres.company.com",
      database: "app",
      admin: { username: "vault_admin", password: SecretInput.variable("postgres_prod_admin_password") },
      ...standardConnection,
      rotateRoot: true,
      bootstrap: { ...standardBootstrap, version: 16 },
      roles: standardRoles,
    },
    {
      engine: "mysql",
      name: "mysql-analytics",
      mount: "database",
      host: "mysql.company.com",
      admin: { username: "vault_admin", password: SecretInput.variable("mysql_analytics_prod_admin_password") },
      ...standardConnection,
      rotateRoot: true,
      bootstrap: reportingBootstrap,
      roles: reportingRoles,
    },
    {
      engine: "postgres",
      name: "data-warehouse",
      mount: "analytics",
      host: "warehouse.company.com",
      database: "warehouse",
      admin: { username: "vault_admin", password: SecretInput.variable("data_warehouse_prod_admin_password") },
      ...standardConnection,
      rotateRoot: true,
      bootstrap: warehouseBootstrap,
      roles: warehouseRoles,
    },
  ],
  engines: [secrets("prod"), keys, ...authorities({ from: "http://pki.company.com" }), cloud],
  auth: [
    standardLogins,
    programs({ cluster: "https://kubernetes.company.com:6443", environment: "prod" }),
    people,
    workflows("prod"),
  ],
  identity: { groups: [onCall] },
  policies: [{ name: "developers", credentials: ["database/app-readonly"] }, dbas, analysts, dataPlatform],
};
