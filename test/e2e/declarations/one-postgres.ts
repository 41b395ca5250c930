import { SecretInput } from "../../../constructs/core/secret-input";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

type Postgres = Extract<EnvironmentDefinition["databases"][number], { engine: "postgres" }>;

/** What a test says of the one connection. */
export interface OnePostgres {
  /** Name of the environment, of its mount and of its database. */
  readonly name: string;
  readonly connection: Pick<Postgres, "host" | "port"> & Partial<Postgres>;
  /** @default 1 */
  readonly passwordVersion?: number;
  /** @default false */
  readonly preventDestroy?: boolean;
  /** Name of a third role. @default there is none */
  readonly extraRole?: string;
}

/** One PostgreSQL with two roles, and whatever a test adds to the connection. */
export function declare({
  name,
  connection,
  passwordVersion,
  preventDestroy,
  extraRole,
  ...server
}: OnePostgres & TrialServer): EnvironmentDefinition {
  return {
    name,
    preventDestroy,
    ...server,
    mounts: [{ path: name, type: "database" }],
    databases: [
      {
        engine: "postgres",
        name: "postgres",
        mount: name,
        database: name.replaceAll("-", "_"),
        tls: "disable",
        admin: {
          username: `admin_of_${name.replaceAll("-", "_")}`,
          password: SecretInput.variable("admin_password"),
          passwordVersion,
        },
        bootstrap: { version: 18, ownerRole: "app_owner", groups: { app_ro: "read-only" }, schemas: ["public"] },
        roles: [
          { name: "reader", statements: PostgresStatements.memberOf("app_ro"), defaultTtl: "1h", maxTtl: "4h" },
          { name: "migrator", statements: PostgresStatements.migrator(), defaultTtl: "1h", maxTtl: "4h" },
          ...(extraRole === undefined
            ? []
            : [
                {
                  name: extraRole,
                  statements: PostgresStatements.memberOf("app_ro"),
                  defaultTtl: "1h" as const,
                  maxTtl: "4h" as const,
                },
              ]),
        ],
        ...connection,
      },
    ],
    auth: [],
    policies: [],
  };
}
