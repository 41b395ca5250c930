import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "../environments/schema";

const admin = (database: string) => ({
  username: "vault_admin",
  password: SecretInput.variable(`${database}_admin_password`),
});

/**
 * A company with one engine a kind of database and one for analytics, each at a path of its own with TTLs of its own.
 *
 * `npx leasehold prove examples/company.ts`
 */
export const company: EnvironmentDefinition = {
  name: "company",
  vault: { address: "https://vault.company.com" },
  state: { backend: "local" },
  audit: [{ type: "file", filePath: "/var/log/vault/audit.log" }, { type: "syslog" }],
  mounts: [
    { path: "database", type: "database", defaultLeaseTtl: "1h", maxLeaseTtl: "24h" },
    { path: "analytics", type: "database", defaultLeaseTtl: "4h", maxLeaseTtl: "12h" },
  ],
  databases: [
    {
      engine: "postgres",
      name: "postgres-prod",
      mount: "database",
      host: "postgres.company.com",
      database: "app",
      admin: admin("postgres_prod"),
      bootstrap: {
        version: 18,
        ownerRole: "app_owner",
        groups: { readonly: "read-only", app_writer: "read-write" },
        schemas: ["public"],
      },
      roles: [
        { name: "app-readonly", statements: PostgresStatements.memberOf("readonly"), defaultTtl: "1h", maxTtl: "24h" },
        { name: "app-writer", statements: PostgresStatements.memberOf("app_writer"), defaultTtl: "2h", maxTtl: "8h" },
        // Asked for as a superuser. What people do with it needs the objects' owner, not the whole server.
        { name: "admin", statements: PostgresStatements.migrator(), defaultTtl: "30m", maxTtl: "2h" },
      ],
    },
    {
      engine: "postgres",
      name: "data-warehouse",
      mount: "analytics",
      host: "warehouse.company.com",
      database: "warehouse",
      admin: admin("data_warehouse"),
      rotateRoot: true,
      bootstrap: { version: 17, ownerRole: "warehouse_owner", groups: {}, schemas: ["facts", "staging"] },
      roles: [
        {
          name: "analyst",
          statements: PostgresStatements.readOnly({
            group: "analyst",
            schemas: ["facts"],
            ownerRole: "warehouse_owner",
          }),
          defaultTtl: "4h",
          maxTtl: "12h",
        },
        {
          name: "etl-writer",
          statements: PostgresStatements.readWrite({
            group: "etl_writer",
            schemas: ["facts", "staging"],
            ownerRole: "warehouse_owner",
          }),
          defaultTtl: "1h",
          maxTtl: "4h",
        },
        {
          name: "admin",
          statements: PostgresStatements.migrator({ ownerRole: "warehouse_owner" }),
          defaultTtl: "30m",
          maxTtl: "2h",
        },
      ],
    },
  ],
  auth: [
    // CI: eval "$(npx leasehold approle secret-id company ci)"
    {
      method: "approle",
      path: "approle",
      roles: [{ name: "ci", secretIdUses: 10, credentials: ["database/app-readonly"] }],
    },
    {
      method: "userpass",
      path: "userpass",
      users: [
        { name: "anna", policies: ["developers"] },
        { name: "dieter", policies: ["dbas"], manageAllLeasesOf: ["database", "analytics"] },
      ],
    },
    {
      method: "kubernetes",
      path: "kubernetes",
      host: "https://kubernetes.default.svc",
      roles: [
        {
          name: "django-app",
          audience: "vault",
          serviceAccounts: ["django-vault-sa"],
          namespaces: ["default"],
          // Works on: the token, and with it the database user, lives as long as it is renewed.
          tokenPeriod: "1h",
          credentials: ["database/app-writer"],
        },
      ],
    },
  ],
  policies: [
    { name: "developers", credentials: ["database/app-readonly", "database/app-writer"] },
    { name: "analysts", credentials: ["analytics/analyst"] },
    { name: "data-engineers", credentials: ["analytics/analyst", "analytics/etl-writer"] },
    { name: "dbas", allCredentialsOf: ["database", "analytics"] },
  ],
};
