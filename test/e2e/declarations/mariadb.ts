import { SecretInput } from "../../../constructs/core/secret-input";
import { MariaDbStatements } from "../../../constructs/database/statements/mysql-statements";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

export interface MariaDb {
  readonly port: number;
  /** Who signed the server's certificate. */
  readonly authority: string;
}

/** One MariaDB that speaks TLS, with a role to read and one that names a table which may be missing. */
export function declare({ port, authority, ...server }: MariaDb & TrialServer): EnvironmentDefinition {
  return {
    name: "mariadb",
    ...server,
    mounts: [{ path: "mariadb-engine", type: "database" }],
    databases: [
      {
        engine: "mariadb",
        name: "shop",
        mount: "mariadb-engine",
        host: "127.0.0.1",
        port,
        certificateAuthority: { pem: authority },
        admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
        rotateRoot: true,
        bootstrap: { version: "10.11", databases: ["shop"] },
        roles: [
          {
            name: "reader",
            statements: MariaDbStatements.readOnly({ databases: ["shop"] }),
            defaultTtl: "1h",
            maxTtl: "4h",
          },
          {
            name: "reporter",
            statements: MariaDbStatements.reporting({ tables: ["shop.reports"] }),
            defaultTtl: "1h",
            maxTtl: "4h",
          },
        ],
      },
    ],
    auth: [],
    policies: [],
  };
}
