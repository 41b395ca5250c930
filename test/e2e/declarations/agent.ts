import { SecretInput } from "../../../constructs/core/secret-input";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

export interface AgentTrial {
  readonly port: number;
}

/** A role whose leases end soon, and a program that may have its users. */
export function declare({ port, ...server }: AgentTrial & TrialServer): EnvironmentDefinition {
  return {
    name: "agent",
    ...server,
    mounts: [{ path: "agent", type: "database" }],
    databases: [
      {
        engine: "postgres",
        name: "postgres",
        mount: "agent",
        host: "127.0.0.1",
        port,
        database: "agent",
        tls: "disable",
        admin: { username: "admin_of_agent", password: SecretInput.variable("admin_password") },
        bootstrap: { version: 18, ownerRole: "app_owner", groups: { app_ro: "read-only" }, schemas: ["public"] },
        roles: [{ name: "app", statements: PostgresStatements.memberOf("app_ro"), defaultTtl: "9s", maxTtl: "24s" }],
      },
    ],
    auth: [
      {
        method: "approle",
        path: "agent-approle",
        roles: [{ name: "app", tokenTtl: "20m", secretIdTtl: "1h", selfService: true, credentials: ["agent/app"] }],
      },
    ],
    policies: [],
  };
}
