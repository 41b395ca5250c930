import { SecretInput } from "../../../constructs/core/secret-input";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition } from "../../../environments/schema";

const create = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE`;
const ttls = { defaultTtl: "1h", maxTtl: "4h" } as const;

/** Statements that pass every check without a server, and are not what they declare. */
export const unsound: EnvironmentDefinition = {
  name: "unsound",
  vault: { address: "https://vault.example.com" },
  state: { backend: "local" },
  mounts: [{ path: "database", type: "database" }],
  databases: [
    {
      engine: "postgres",
      name: "unsound",
      mount: "database",
      host: "postgres.example.com",
      database: "app",
      admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
      bootstrap: {
        version: 18,
        ownerRole: "app_owner",
        groups: { app_ro: "read-only", app_rw: "read-write" },
        schemas: ["public"],
      },
      roles: [
        {
          name: "too-much",
          // Says that it is for readers, and makes writers.
          statements: PostgresStatements.custom({ creation: [`${create} app_rw`], groups: ["app_ro"] }),
          ...ttls,
        },
        {
          name: "too-little",
          statements: PostgresStatements.custom({
            creation: [`${create} app_ro`],
            groups: ["app_ro"],
            access: { tables: { reports: ["INSERT"] } },
          }),
          ...ttls,
        },
        {
          name: "no-such-group",
          statements: PostgresStatements.custom({ creation: [`${create} ghosts`], groups: ["app_ro"] }),
          ...ttls,
        },
        {
          name: "stays",
          statements: PostgresStatements.custom({
            creation: [`${create} app_ro`],
            revocation: [`ALTER ROLE "{{name}}" NOLOGIN`],
            groups: ["app_ro"],
          }),
          ...ttls,
        },
      ],
    },
  ],
  auth: [],
  policies: [],
};
