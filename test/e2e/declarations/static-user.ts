import { SecretInput } from "../../../constructs/core/secret-input";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

/** How far a program is on its way from one password in a file to users of its own. */
export interface StaticUser {
  readonly port: number;
  readonly staticRole: boolean;
  readonly schedule?: string;
}

/** A database with a user that a program has logged in as for years, and roles for it to move to. */
export function declare({ port, staticRole, schedule, ...server }: StaticUser & TrialServer): EnvironmentDefinition {
  const rotation = schedule === undefined ? ({ period: "1d" } as const) : ({ schedule, window: "1h" } as const);
  return {
    name: "static-user",
    ...server,
    mounts: [{ path: "static-user", type: "database" }],
    databases: [
      {
        engine: "postgres",
        name: "delphi",
        mount: "static-user",
        host: "127.0.0.1",
        port,
        database: "delphi",
        tls: "disable",
        admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
        bootstrap: { version: 18, ownerRole: "delphi_owner", groups: {}, schemas: ["public"] },
        staticRoles: staticRole ? [{ name: "legacy", username: "delphi", rotation, rotatesAtOnce: true }] : [],
        roles: [
          {
            name: "delphi-readonly",
            statements: PostgresStatements.readOnly({ group: "delphi_ro", ownerRole: "delphi_owner" }),
            defaultTtl: "1h",
            maxTtl: "24h",
          },
        ],
      },
    ],
    auth: [],
    policies: [
      {
        name: "static-user-delphi",
        credentials: ["static-user/delphi-readonly", ...(staticRole ? ["static-user/legacy"] : [])],
      },
    ],
  };
}
