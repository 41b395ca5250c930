import type { ConsulStorage, PostgresqlStorage, RaftStorage } from "../../server/storage";
import { stackReason } from "./network";
import type { ContainerModel, HealthCheck } from "./container-model";
import { databaseServer, passwordOf } from "./database-servers";
import type { StackImage, StackServer } from "./images";
import type { StackSecret } from "./secrets";

export const stackStorages = ["raft", "consul", "postgresql"] as const;

/** Where the stack's Vault keeps its data: one choice, so that there can't be two. */
export type StackStorage =
  | {
      readonly type: "raft";
      /** @default 1 */
      readonly nodes?: 1 | 3;
    }
  | { readonly type: "consul" }
  | { readonly type: "postgresql" };

/** A server that Vault keeps its data in, and what Vault has to be told to get there. */
export interface StorageServer {
  readonly container: ContainerModel;
  readonly storage: Exclude<ConsulStorage | PostgresqlStorage | RaftStorage, RaftStorage>;
  /** Variables of Vault's. */
  readonly variables: Readonly<Record<string, string>>;
  /** What Vault reads. */
  readonly reads: ContainerModel["secrets"];
  readonly image: StackImage;
  /** What its containers read. */
  readonly secrets: readonly StackSecret[];
}

/** The server for a storage; undefined where Vault itself keeps the data. */
export function storageServer(
  { type }: StackStorage,
  server: StackServer,
  images: Readonly<Record<StackImage, string>>,
): StorageServer | undefined {
  if (type === "consul") return consul(images.consul);
  return type === "postgresql" ? postgresql(server, images.postgres) : undefined;
}

/**
 * A server of Consul's, alone: it listens for other servers on its own loopback, so that its address stays when the engine gives it
 * another one.
 *
 * @see https://hub.docker.com/r/hashicorp/consul
 */
function consul(image: string): StorageServer {
  const command = ["consul", "agent", "-server", "-bootstrap-expect=1", "-bind=127.0.0.1", "-client=0.0.0.0"];
  const container: ContainerModel = {
    name: "consul",
    image,
    command: [...command, "-data-dir=/consul/data"],
    user: "consul",
    // The entrypoint would change owners as root.
    variables: { CONSUL_DISABLE_PERM_MGMT: "true" },
    files: [],
    secrets: [],
    volumes: [{ volume: "consul", path: "/consul/data" }],
    ports: [],
    // Without a leader the catalogue is not served.
    healthCheck: answersAt("http://127.0.0.1:8500/v1/catalog/nodes"),
    capabilities: [],
    startsAfter: [],
  };
  return {
    container,
    storage: { type: "consul", address: "consul:8500", plainTextReason: stackReason },
    variables: {},
    reads: [],
    image: "consul",
    secrets: [],
  };
}

/** Vault makes no table: it asks for these. OpenBao makes its own. */
const vaultTables = `-- https://developer.hashicorp.com/vault/docs/configuration/storage/postgresql
CREATE TABLE vault_kv_store (
  parent_path text COLLATE "C" NOT NULL,
  path text COLLATE "C",
  key text COLLATE "C",
  value bytea,
  CONSTRAINT pkey PRIMARY KEY (path, key)
);
CREATE INDEX parent_path_idx ON vault_kv_store (parent_path);
`;

/** A PostgreSQL of Vault's own: no database of the stack's shares its server. */
function postgresql(server: StackServer, image: string): StorageServer {
  const name = "storage";
  const login = { host: name, port: 5432, database: "vault", user: "vault" };
  const password = passwordOf(name);
  const pgpass = { holds: "pgpass", name: `${name}-pgpass`, password: password.name, ...login } as const;
  const path = `/run/secrets/${pgpass.name}`;
  const tables = [{ path: "/docker-entrypoint-initdb.d/vault.sql", content: vaultTables }];
  return {
    container: databaseServer(name, "postgres", image, {
      administrator: login.user,
      database: login.database,
      ...(server === "vault" ? { files: tables } : {}),
    }),
    storage: { type: "postgresql" },
    variables: {
      // No password in it: the driver takes that from the file.
      [server === "vault" ? "VAULT_PG_CONNECTION_URL" : "BAO_PG_CONNECTION_URL"]:
        `postgres://${login.user}@${login.host}:${login.port}/${login.database}?sslmode=disable`,
      PGPASSFILE: path,
    },
    reads: [{ name: pgpass.name, path }],
    image: "postgres",
    secrets: [password, pgpass],
  };
}

/** Asks an address over HTTP, by the busybox that these images have. */
export function answersAt(url: string): HealthCheck {
  return {
    command: ["wget", "-q", "-O", "/dev/null", url],
    interval: 2,
    timeout: 5,
    retries: 15,
    startPeriod: 15,
  };
}
