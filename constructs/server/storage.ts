import type { Duration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireReason } from "../core/reasons";
import { type Block, block } from "./configuration-text";
import { variableOf } from "./credentials";
import { consulFields, type ConsulConnection, readsConsulToken, requireGuarded } from "./consul";
import {
  checked,
  choice,
  type Fields,
  filePath,
  flag,
  needs,
  nestedList,
  type Place,
  renderFields,
  required,
  text,
  time,
  url,
  whole,
} from "./fields";

/** Where a node finds the others when it starts, until one lets it in. */
export interface RetryJoin {
  /** API address of another node, such as `https://vault-1.company.com:8200`. */
  readonly leaderApiAddress: string;
  /** File of the authority that signed the other's certificate. @default the machine's authorities */
  readonly leaderCaCertFile?: string;
  /** Certificate that this node shows the other. @default none */
  readonly leaderClientCertFile?: string;
  readonly leaderClientKeyFile?: string;
  /** Name in the other's certificate. @default the host of its address */
  readonly leaderTlsServername?: string;
}

/**
 * Storage in the servers themselves: the one to take unless there is a reason against it.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/storage/raft
 */
export interface RaftStorage {
  readonly type: "raft";
  /** Folder of the data; it has to exist, with mode 0700. */
  readonly path: string;
  /** Name of this node among the others. */
  readonly nodeId: string;
  /** The other nodes. Without them a node joins by `operator raft join`. @default none */
  readonly retryJoin?: readonly RetryJoin[];
  /** 1 notices a dead leader soonest, 10 spares machines that are slow; the server's own default is 5. @default 1 */
  readonly performanceMultiplier?: number;
  /** Entries of the log that are kept after a snapshot. @default 10000 */
  readonly trailingLogs?: number;
  /** Entries between snapshots. @default 8192 */
  readonly snapshotThreshold?: number;
  /** Bytes of the largest entry. @default 1048576 */
  readonly maxEntrySize?: number;
  /** How often autopilot acts on what it sees. @default "10s" */
  readonly autopilotReconcileInterval?: Duration;
  /** How often autopilot looks. @default "2s" */
  readonly autopilotUpdateInterval?: Duration;
  /** Zone of which autopilot keeps one voter (Enterprise). @default none */
  readonly autopilotRedundancyZone?: string;
  /** Version by which autopilot upgrades (Enterprise). @default the server's own */
  readonly autopilotUpgradeVersion?: string;
}

/**
 * Consul, over its agent on the same machine as a rule. The token comes from CONSUL_HTTP_TOKEN.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/storage/consul
 */
export interface ConsulStorage extends ConsulConnection {
  readonly type: "consul";
  /** Prefix of the keys. @default "vault/" */
  readonly path?: string;
  /** `strong` asks Consul's leader whether it still is one, at each read. @default "default" */
  readonly consistencyMode?: "default" | "strong";
  /** How long a lock outlives a server that hangs. @default "15s" */
  readonly sessionTtl?: Duration;
  /** How long to wait for the lock before trying anew. @default "15s" */
  readonly lockWaitTime?: Duration;
  /** Requests to Consul at once. @default 128 */
  readonly maxParallel?: number;
}

/**
 * A table in PostgreSQL. The connection string, user and password with it, comes from VAULT_PG_CONNECTION_URL (OpenBao:
 * BAO_PG_CONNECTION_URL). Vault needs the tables made beforehand; OpenBao makes them.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/storage/postgresql
 */
export interface PostgresqlStorage {
  readonly type: "postgresql";
  /** @default "vault_kv_store" (OpenBao: "openbao_kv_store") */
  readonly table?: string;
  /** Whether several servers share the table, one of them active. @default false */
  readonly haEnabled?: boolean;
  /** Table of the locks. @default "vault_ha_locks" (OpenBao: "openbao_ha_locks") */
  readonly haTable?: string;
  /** Connections at once. @default 128 */
  readonly maxParallel?: number;
  /** Idle connections that are kept. @default 2 */
  readonly maxIdleConnections?: number;
}

/**
 * Files in a folder, for one server, without transactions.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/storage/filesystem
 */
export interface FileStorage {
  readonly type: "file";
  readonly path: string;
}

/**
 * The server's own memory: whatever it holds is gone when it ends.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/storage/in-memory
 */
export interface InmemStorage {
  readonly type: "inmem";
  /** Why it may all be lost. */
  readonly reason: string;
}

export type Storage = RaftStorage | ConsulStorage | PostgresqlStorage | FileStorage | InmemStorage;

/** Storage that can hold the lock of whichever server is active, in place of the main storage. */
export type HaStorage = ConsulStorage | PostgresqlStorage | RaftStorage;

const retryJoin: Fields<RetryJoin> = {
  leaderApiAddress: required(url("leader_api_addr")),
  leaderCaCertFile: filePath("leader_ca_cert_file"),
  leaderClientCertFile: filePath("leader_client_cert_file"),
  leaderClientKeyFile: filePath("leader_client_key_file"),
  leaderTlsServername: text("leader_tls_servername"),
};

const raft: Fields<RaftStorage> = {
  path: required(filePath("path")),
  nodeId: required(text("node_id")),
  performanceMultiplier: whole("performance_multiplier", 1, 10),
  trailingLogs: whole("trailing_logs", 1, 1_000_000),
  snapshotThreshold: whole("snapshot_threshold", 1, 10_000_000),
  maxEntrySize: whole("max_entry_size", 524_288, 1_073_741_824),
  autopilotReconcileInterval: time("autopilot_reconcile_interval"),
  autopilotUpdateInterval: time("autopilot_update_interval"),
  autopilotRedundancyZone: needs("autopilotEnterprise", text("autopilot_redundancy_zone")),
  autopilotUpgradeVersion: needs("autopilotEnterprise", text("autopilot_upgrade_version")),
  retryJoin: nestedList("retry_join", retryJoin),
};

const consul: Fields<ConsulStorage> = {
  ...consulFields,
  path: checked("path", requireConsulPath),
  consistencyMode: choice("consistency_mode", ["default", "strong"]),
  sessionTtl: time("session_ttl"),
  lockWaitTime: time("lock_wait_time"),
  maxParallel: whole("max_parallel", 1, 4096),
};

const postgresql: Fields<PostgresqlStorage> = {
  table: text("table"),
  haEnabled: flag("ha_enabled"),
  haTable: text("ha_table"),
  maxParallel: whole("max_parallel", 1, 4096),
  maxIdleConnections: whole("max_idle_connections", 0, 4096),
};

const file: Fields<FileStorage> = { path: required(filePath("path")) };

const inmem: Fields<InmemStorage> = {
  reason: required({ render: ({ where }, option, value) => (requireReason(where, option, value), {}) }),
};

/** The `storage` block, or `ha_storage`. */
export function storageBlock(given: Place, name: "storage" | "ha_storage", storage: Storage): Block {
  const place = { ...given, where: `${given.where}: ${name} ${storage.type}` };
  const { program } = place;
  switch (storage.type) {
    case "raft":
      return block(name, renderFields(place, raft, { performanceMultiplier: 1, ...storage }), "raft");
    case "consul":
      program.require(place.where, "type", "consulStorage");
      requireGuarded(place.where, storage);
      readsConsulToken(place);
      return block(name, renderFields(place, consul, storage), "consul");
    case "postgresql":
      place.reads({
        name: variableOf(program.server.product, "VAULT_PG_CONNECTION_URL"),
        holds:
          "the connection string of the storage, as in postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full",
        required: true,
      });
      return block(name, renderFields(place, postgresql, storage), "postgresql");
    case "file":
      program.require(place.where, "type", "fileStorage");
      return block(name, renderFields(place, file, storage), "file");
    case "inmem":
      return block(name, renderFields(place, inmem, storage), "inmem");
    default:
      throw unknownStorage(given.where, name, (storage as { readonly type: unknown }).type);
  }
}

function requireConsulPath(where: string, option: string, path: string): string {
  if (/^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*\/$/.test(path)) return path;
  throw new LeaseholdError(
    where,
    `${option} ${show(path)} is no prefix of keys`,
    'write it without / in front and with / at the end, as in "vault/"',
  );
}

function unknownStorage(where: string, name: string, type: unknown): LeaseholdError {
  return new LeaseholdError(
    where,
    `${name} ${show(type)} is no storage that Leasehold renders`,
    "use raft, consul, postgresql, file or inmem; Kubernetes is none: take raft on a persistent volume there",
  );
}
