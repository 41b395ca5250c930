import { SecretInput } from "../../../constructs/core/secret-input";
import { CustomStatements } from "../../../constructs/database/statements/custom-statements";
import { MongoDbStatements } from "../../../constructs/database/statements/mongodb-statements";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

export interface OtherEngines {
  readonly engine: "mongodb" | "redshift";
  readonly port: number;
}

const mongodb: EnvironmentDefinition["databases"][number] = {
  engine: "mongodb",
  name: "logs",
  mount: "other-engines",
  hosts: ["127.0.0.1:27017"],
  tls: "disable",
  // No MongoDB is to be had here: Vault's plug-in takes the configuration without trying it.
  verifyConnection: false,
  admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
  roles: [
    {
      name: "logs-readonly",
      statements: MongoDbStatements.readOnly({ databases: ["logs"] }),
      defaultTtl: "1h",
      maxTtl: "24h",
    },
  ],
};

/** Vault's plug-in for Redshift speaks PostgreSQL's protocol, and splits every statement at `;`. */
const redshift = (port: number): EnvironmentDefinition["databases"][number] => ({
  engine: "custom",
  name: "warehouse",
  mount: "other-engines",
  plugin: { engine: "redshift" },
  settings: { connectionUrl: `postgresql://{{username}}:{{password}}@127.0.0.1:${port}/warehouse?sslmode=disable` },
  admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
  rotateRoot: true,
  roles: [
    {
      name: "warehouse-readonly",
      statements: CustomStatements.of({
        creation: [
          `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE warehouse_ro`,
        ],
        revocation: [
          `ALTER ROLE "{{name}}" NOLOGIN`,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}'`,
          `DROP ROLE "{{name}}"`,
        ],
      }),
      defaultTtl: "1h",
      maxTtl: "24h",
    },
  ],
});

/** Engines that have no server of their own in these tests. */
export function declare({ engine, port, ...server }: OtherEngines & TrialServer): EnvironmentDefinition {
  return {
    name: "other-engines",
    ...server,
    mounts: [{ path: "other-engines", type: "database" }],
    databases: [engine === "mongodb" ? mongodb : redshift(port)],
    auth: [],
    policies: [],
  };
}
