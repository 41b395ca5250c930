import { SecretInput } from "../../../constructs/core/secret-input";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition, NamespaceDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

export interface Teams {
  /** A namespace each, and a database of that name. */
  readonly teams: readonly string[];
  /** Port of the PostgreSQL that all of their databases are in. */
  readonly port: number;
  /** What the first one's metadata say. */
  readonly owner: string;
}

export const databaseOf = (team: string): string => team.replaceAll("-", "_");

/** Namespaces that hold the same names, one with another nested in it, and somebody beside them who reaches into the first. */
export function declare({ teams, port, owner, ...server }: Teams & TrialServer): EnvironmentDefinition {
  const [first = ""] = teams;
  return {
    name: "namespaces",
    ...server,
    mounts: [],
    databases: [],
    auth: [{ method: "approle", path: "ns-operators", roles: [{ name: "operator", policies: ["ns-operators"] }] }],
    policies: [
      {
        name: "ns-operators",
        credentials: [`${first}/database/reader`],
        manageAllLeasesOf: [`${first}/database`],
      },
    ],
    namespaces: teams.map((team) => namespaceOf(team, port, team === first ? owner : undefined)),
  };
}

function namespaceOf(team: string, port: number, owner: string | undefined): NamespaceDefinition {
  return {
    path: team,
    ...(owner === undefined ? {} : { customMetadata: { owner } }),
    mounts: [{ path: "database", type: "database" }],
    databases: [
      {
        engine: "postgres",
        name: "orders",
        mount: "database",
        host: "127.0.0.1",
        port,
        database: databaseOf(team),
        tls: "disable",
        admin: { username: `admin_of_${databaseOf(team)}`, password: SecretInput.variable("admin_password") },
        rotateRoot: true,
        bootstrap: { version: 18, ownerRole: "app_owner", groups: { app_ro: "read-only" }, schemas: ["public"] },
        roles: [{ name: "reader", statements: PostgresStatements.memberOf("app_ro"), defaultTtl: "1h", maxTtl: "4h" }],
      },
    ],
    auth: [
      {
        method: "approle",
        path: "approle",
        roles: [{ name: "app", credentials: ["database/reader"], noDefaultPolicy: true }],
      },
      {
        method: "userpass",
        path: "userpass",
        users: [{ name: "bert", changesOwnPassword: true, policies: ["readers"] }],
      },
      { method: "token", roles: [{ name: "batch", tokenType: "batch", policies: ["readers"] }] },
    ],
    identity: { entities: [{ name: "robot", policies: ["readers"] }], groups: [{ name: "all", entities: ["robot"] }] },
    policies: [{ name: "readers", credentials: ["database/reader"] }],
    ...(owner === undefined ? {} : { namespaces: [{ path: "payments", policies: [ownMounts], auth: [programs] }] }),
  };
}

const ownMounts = {
  name: "mounts",
  rules: [{ path: "sys/mounts", capabilities: ["read"], reason: "Sees what is mounted" }],
} satisfies EnvironmentDefinition["policies"][number];

const programs = {
  method: "approle",
  path: "approle",
  roles: [{ name: "app", policies: ["mounts"] }],
} satisfies EnvironmentDefinition["auth"][number];
