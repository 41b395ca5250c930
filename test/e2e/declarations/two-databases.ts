import { SecretInput } from "../../../constructs/core/secret-input";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

/** What changes between deployments. */
export interface TwoDatabases {
  /** Name of the environment. */
  readonly name: string;
  readonly port: number;
  /** @default the name */
  readonly mount?: string;
  /** The database that the role `reader` is of. */
  readonly readerOf: "orders" | "reports";
  /** Vault's user in `orders`. */
  readonly admin: string;
}

/** One PostgreSQL with two databases, and a role that can move from one to the other. */
export function declare({
  name,
  port,
  mount = name,
  readerOf,
  admin,
  ...server
}: TwoDatabases & TrialServer): EnvironmentDefinition {
  const role = (roleName: string) => ({
    name: roleName,
    statements: PostgresStatements.memberOf("app_ro"),
    defaultTtl: "1h" as const,
    maxTtl: "4h" as const,
  });
  const database = (its: "orders" | "reports", username: string) => ({
    engine: "postgres" as const,
    name: its,
    mount,
    host: "127.0.0.1",
    port,
    database: `${name}_${its}`,
    tls: "disable" as const,
    admin: { username, password: SecretInput.variable("admin_password") },
    bootstrap: {
      version: 18 as const,
      ownerRole: "app_owner",
      groups: { app_ro: "read-only" as const },
      schemas: ["public"],
    },
    roles: [role(`${its}-keeper`), ...(readerOf === its ? [role("reader")] : [])],
  });
  return {
    name,
    ...server,
    mounts: [{ path: mount, type: "database" }],
    databases: [database("orders", admin), database("reports", `admin_of_${name}_reports`)],
    auth: [],
    policies: [],
  };
}
