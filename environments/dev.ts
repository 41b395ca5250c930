import { SecretInput } from "../constructs/core/secret-input";
import {
  analyticsMount,
  reportingBootstrap,
  reportingRoles,
  warehouseBootstrap,
  warehouseRoles,
} from "./company/analytics";
import { authorities, passingKeys, secrets } from "./company/engines";
import { programs } from "./company/logins";
import { analysts, dataPlatform, dbas } from "./company/policies";
import type { EnvironmentDefinition } from "./schema";
import { standardBootstrap, standardConnection, standardHardening, standardLogins, standardRoles } from "./standard";

/** Where developers try things: state on the developer's machine, and people by name, without a directory to ask. */
export const dev: EnvironmentDefinition = {
  name: "dev",
  tier: "dev",
  vault: {
    address: "https://vault-dev.company.com",
    server: { product: "vault", edition: "community", version: "1.21" },
  },
  state: { backend: "local" },
  passwordPolicies: standardHardening.passwordPolicies,
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }, analyticsMount],
  databases: [
    {
      engine: "postgres",
      name: "postgres-dev",
      mount: "database",
      host: "postgres-dev.company.com",
      database: "app",
      admin: { username: "vault_admin", password: SecretInput.variable("postgres_dev_admin_password") },
      ...standardConnection,
      bootstrap: { ...standardBootstrap, version: 16 },
      roles: standardRoles,
    },
    {
      engine: "mysql",
      name: "mysql-analytics",
      mount: "database",
      host: "mysql-dev.company.com",
      admin: { username: "vault_admin", password: SecretInput.variable("mysql_analytics_dev_admin_password") },
      ...standardConnection,
      bootstrap: reportingBootstrap,
      roles: reportingRoles,
    },
    {
      engine: "postgres",
      name: "data-warehouse",
      mount: "analytics",
      host: "warehouse-dev.company.com",
      database: "warehouse",
      admin: { username: "vault_admin", password: SecretInput.variable("data_warehouse_dev_admin_password") },
      ...standardConnection,
      bootstrap: warehouseBootstrap,
      roles: warehouseRoles,
    },
  ],
  engines: [secrets("dev"), passingKeys, ...authorities({ from: "http://pki-dev.company.com" })],
  auth: [
    standardLogins,
    programs({ cluster: "https://kubernetes-dev.company.com:6443", environment: "dev" }),
    {
      method: "userpass",
      path: "userpass",
      users: [
        { name: "developer", policies: ["developers"], changesOwnPassword: true },
        { name: "analyst", policies: ["analysts"], changesOwnPassword: true },
      ],
    },
  ],
  policies: [
    { name: "developers", credentials: ["database/app-readonly", "database/app-writer"] },
    dbas,
    analysts,
    dataPlatform,
  ],
};
