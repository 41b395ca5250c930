import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import type { DatabaseDefinition } from "./schema";

type DynamicRoleDefinition = DatabaseDefinition["roles"][number];

/** What `leasehold sql bootstrap` prepares in each application database. */
export const standardBootstrap = {
  ownerRole: "app_owner",
  groups: { app_ro: "read-only", app_rw: "read-write" },
  schemas: ["public"],
} satisfies Partial<DatabaseDefinition["bootstrap"]>;

/** The roles that every application database has. */
export const standardRoles: DynamicRoleDefinition[] = [
  { name: "app-readonly", statements: PostgresStatements.memberOf("app_ro"), defaultTtl: "1h", maxTtl: "24h" },
  { name: "app-writer", statements: PostgresStatements.memberOf("app_rw"), defaultTtl: "2h", maxTtl: "8h" },
  // Acts as the owner of the schema: enough for migrations and repairs, without a superuser.
  { name: "admin", statements: PostgresStatements.migrator(), defaultTtl: "30m", maxTtl: "2h" },
];
