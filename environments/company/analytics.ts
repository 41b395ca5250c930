import { MySqlStatements } from "../../constructs/database/statements/mysql-statements";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import type { MySqlDefinition, PostgresDefinition } from "../databases/schema";

/** The mount of the data platform, whose team is another than that of the applications' databases. */
export const analyticsMount = { path: "analytics", type: "database", maxLeaseTtl: "24h" } as const;

const ownerRole = "warehouse_owner";

/** What `leasehold sql bootstrap` prepares in the warehouse. */
export const warehouseBootstrap = {
  version: 17,
  ownerRole,
  groups: { warehouse_ro: "read-only", warehouse_rw: "read-write" },
  schemas: ["public"],
} satisfies PostgresDefinition["bootstrap"];

/** The roles of the warehouse: analysts read, pipelines write, the platform's team changes the schema. */
export const warehouseRoles: PostgresDefinition["roles"] = [
  {
    name: "analyst",
    statements: PostgresStatements.memberOf("warehouse_ro", { ownerRole }),
    defaultTtl: "4h",
    maxTtl: "12h",
  },
  {
    name: "etl-writer",
    statements: PostgresStatements.memberOf("warehouse_rw", { ownerRole }),
    defaultTtl: "1h",
    maxTtl: "8h",
  },
  { name: "admin", statements: PostgresStatements.migrator({ ownerRole }), defaultTtl: "30m", maxTtl: "2h" },
];

/** What `leasehold sql bootstrap` prepares in the MySQL server that applications report to. */
export const reportingBootstrap = {
  version: "8.4",
  databases: ["analytics"],
  groups: {},
} satisfies Extract<MySqlDefinition, { engine: "mysql" }>["bootstrap"];

export const reportingRoles: Extract<MySqlDefinition, { engine: "mysql" }>["roles"] = [
  {
    name: "analytics-readonly",
    statements: MySqlStatements.readOnly({ databases: ["analytics"] }),
    defaultTtl: "1h",
    maxTtl: "24h",
  },
  {
    name: "analytics-writer",
    statements: MySqlStatements.readWrite({ databases: ["analytics"] }),
    defaultTtl: "2h",
    maxTtl: "8h",
  },
];
