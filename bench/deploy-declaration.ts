import { SecretInput } from "../constructs/core/secret-input";
import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition } from "../environments/schema";

export interface DeployParameters {
  readonly roles: number;
  readonly vault: { readonly address: string; readonly provider: string };
  readonly state: EnvironmentDefinition["state"];
  readonly postgresPort: number;
  readonly database: string;
}

/** The variable with the parameters, for the app that synthesises. */
export const parametersVariable = "BENCH_PARAMETERS";

/** One database with so many roles, and a policy that may use all of them. */
export function declare({ roles, vault, state, postgresPort, database }: DeployParameters): EnvironmentDefinition {
  return {
    name: "bench",
    tier: "lab",
    vault,
    state,
    mounts: [{ path: "bench", type: "database" }],
    databases: [
      {
        engine: "postgres",
        name: "bench",
        mount: "bench",
        host: "127.0.0.1",
        port: postgresPort,
        tls: "disable",
        database,
        admin: { username: `admin_${database}`, password: SecretInput.variable("admin_password") },
        bootstrap: { version: 18, ownerRole: "app_owner", groups: { app_ro: "read-only" }, schemas: ["public"] },
        roles: Array.from({ length: roles }, (_, at) => ({
          name: `reader-${at}`,
          statements: PostgresStatements.memberOf("app_ro"),
          defaultTtl: "1h",
          maxTtl: "24h",
        })),
      },
    ],
    auth: [],
    policies: [{ name: "bench", allCredentialsOf: ["bench"] }],
  };
}
