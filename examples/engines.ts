import { SecretInput } from "../constructs/core/secret-input";
import { MariaDbStatements, MySqlStatements } from "../constructs/database/statements/mysql-statements";
import { MongoDbStatements } from "../constructs/database/statements/mongodb-statements";
import type { EnvironmentDefinition } from "../environments/schema";

/**
 * Engines other than PostgreSQL, each at a mount of its own: MariaDB, MySQL, MongoDB.
 *
 * `npx leasehold prove examples/engines.ts`
 */
export const engines: EnvironmentDefinition = {
  name: "engines",
  vault: { address: "https://vault.example.com" },
  state: { backend: "local" },
  audit: [{ type: "file", filePath: "/var/log/vault/audit.log" }, { type: "syslog" }],
  mounts: [
    { path: "mariadb-engine", type: "database", maxLeaseTtl: "24h" },
    { path: "mysql-engine", type: "database", maxLeaseTtl: "24h" },
    { path: "mongodb-engine", type: "database", maxLeaseTtl: "24h" },
  ],
  databases: [
    {
      engine: "mariadb",
      name: "shop",
      mount: "mariadb-engine",
      host: "mariadb.example.com",
      admin: { username: "vault_admin", password: SecretInput.variable("shop_admin_password") },
      rotateRoot: true,
      bootstrap: { version: "10.11", databases: ["shop", "billing"] },
      roles: [
        {
          name: "shop-readonly",
          statements: MariaDbStatements.readOnly({ databases: ["shop"] }),
          defaultTtl: "1h",
          maxTtl: "24h",
        },
        {
          name: "shop-readwrite",
          statements: MariaDbStatements.readWrite({ databases: ["shop"] }),
          defaultTtl: "1h",
          maxTtl: "24h",
        },
        {
          name: "invoices",
          statements: MariaDbStatements.reporting({ tables: ["billing.invoices"] }),
          defaultTtl: "1h",
          maxTtl: "4h",
        },
        {
          name: "order-service",
          statements: MariaDbStatements.onTables({ tables: { "shop.orders": ["SELECT", "INSERT"] } }),
          defaultTtl: "1h",
          maxTtl: "4h",
        },
        {
          name: "shop-migrator",
          statements: MariaDbStatements.migrator({ databases: ["shop"] }),
          defaultTtl: "30m",
          maxTtl: "2h",
        },
      ],
    },
    {
      engine: "mysql",
      name: "my-mysql-database",
      mount: "mysql-engine",
      host: "mysql.example.com",
      admin: { username: "vault_admin", password: SecretInput.variable("mysql_admin_password") },
      rotateRoot: true,
      bootstrap: {
        version: "8.4",
        databases: ["myapp", "analytics"],
        groups: { analytics_ro: { schemas: { analytics: ["SELECT"] } } },
      },
      roles: [
        {
          name: "mysql-readonly",
          statements: MySqlStatements.readOnly({ databases: ["myapp"] }),
          defaultTtl: "1h",
          maxTtl: "24h",
        },
        {
          name: "analytics-readonly",
          statements: MySqlStatements.memberOf("analytics_ro"),
          defaultTtl: "1h",
          maxTtl: "24h",
        },
        {
          name: "analytics-writer",
          statements: MySqlStatements.readWrite({ databases: ["analytics"] }),
          defaultTtl: "2h",
          maxTtl: "8h",
        },
      ],
    },
    {
      engine: "mongodb",
      name: "my-mongodb",
      mount: "mongodb-engine",
      hosts: ["mongo.example.com:27017"],
      admin: { username: "vault_admin", password: SecretInput.variable("mongodb_admin_password") },
      roles: [
        {
          name: "logs-readonly",
          statements: MongoDbStatements.readOnly({ databases: ["logs"] }),
          defaultTtl: "1h",
          maxTtl: "24h",
        },
      ],
    },
  ],
  auth: [],
  policies: [],
};
