import { requireChoice } from "../core/choices";
import { type Duration, isDuration, parseTtlPair } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireReason } from "../core/reasons";
import { defaultServer, ServerFeatures, type VaultServer } from "../core/server-features";
import { type Block, block, type Body, renderHcl, renderJson } from "./configuration-text";
import { type EnvironmentVariable, variableOf } from "./credentials";
import { auditBlock, type DeclaredAuditDevice } from "./declared-audit";
import {
  checked,
  choice,
  type Field,
  type Fields,
  filePath,
  flag,
  joined,
  needs,
  nested,
  omit,
  type Place,
  renderFields,
  requireSome,
  requireUrl,
  text,
  time,
  whole,
} from "./fields";
import { type Listener, listenerBlock, servesTls } from "./listener";
import { type Seal, sealBlocks } from "./seal";
import { registrationBlock, type ServiceRegistration } from "./service-registration";
import type { ConsulStorage, FileStorage, HaStorage, InmemStorage, PostgresqlStorage, RaftStorage } from "./storage";
import { storageBlock } from "./storage";
import { type Telemetry, telemetryFields } from "./telemetry";

export const logLevels = ["trace", "debug", "info", "warn", "error"] as const;

/** What every server can be told. */
export interface AnyServerProps {
  /** What runs there: what it lacks is refused. @default Vault Community 1.21 */
  readonly server?: VaultServer;
  /** Where it serves. */
  readonly listeners: readonly Listener[];
  /** URL by which callers and other nodes reach this node. */
  readonly apiAddress: string;
  /** How the data is opened. @default key shares */
  readonly seal?: Seal;
  /** Whether it has a user interface, on every listener. @default false */
  readonly ui?: boolean;
  readonly telemetry?: Telemetry;
  /** Audit devices of the server's own configuration (OpenBao). @default none */
  readonly audit?: readonly DeclaredAuditDevice[];
  readonly serviceRegistration?: ServiceRegistration;
  /** @default one that the server makes up */
  readonly clusterName?: string;
  /** @default "info" */
  readonly logLevel?: (typeof logLevels)[number];
  /** @default "json" */
  readonly logFormat?: "standard" | "json";
  /** File that log entries also go to. @default none */
  readonly logFile?: string;
  /** @default never */
  readonly logRotateDuration?: Duration;
  /** Files that are kept; older ones go. @default all */
  readonly logRotateMaxFiles?: number;
  /** TTL of leases and tokens for which nothing else says one. @default "768h" */
  readonly defaultLeaseTtl?: Duration;
  /** The longest there can be. @default "768h" */
  readonly maxLeaseTtl?: Duration;
  /** @default "90s" */
  readonly defaultMaxRequestDuration?: Duration;
  /**
   * Whether memory may be swapped to disk. Vault 1.20 and later want it said with raft, which maps its data into memory: turn swap
   * off, or encrypt it. @default true with raft, false otherwise
   */
  readonly disableMlock?: boolean;
  /** Why `sys/raw` is served, which reads and writes below every policy. @default it is not */
  readonly rawStorageEndpointReason?: string;
  /** Folder of plug-ins of your own. @default none */
  readonly pluginDirectory?: string;
  /** @default none */
  readonly pidFile?: string;
  /** Let audit devices have a prefix. @default false */
  readonly allowAuditLogPrefixing?: boolean;
  /** Take randomness from the seal too (Enterprise). @default false */
  readonly entropyAugmentation?: boolean;
  /** File of the licence (Enterprise). @default VAULT_LICENSE */
  readonly licensePath?: string;
}

/** Nodes on raft know each other by their cluster addresses, and have no other place for a lock. */
interface RaftServer {
  readonly storage: RaftStorage;
  /** URL by which the other nodes reach this one, such as `https://vault-1.company.com:8201`. */
  readonly clusterAddress: string;
  readonly haStorage?: never;
}

interface SharedServer {
  readonly storage: ConsulStorage | PostgresqlStorage;
  /** @default one port above apiAddress */
  readonly clusterAddress?: string;
  /** Where the lock of the active server lies, if not in the storage. @default the storage */
  readonly haStorage?: HaStorage;
}

interface SingleServer {
  readonly storage: FileStorage | InmemStorage;
  readonly clusterAddress?: string;
  readonly haStorage?: HaStorage;
}

/** One storage, and a lock beside it only where the storage can do without. */
export type ServerProps = AnyServerProps & (RaftServer | SharedServer | SingleServer);

/** What is rendered as an attribute of the top level, in this order. */
type TopLevel = Omit<
  AnyServerProps,
  | "server"
  | "listeners"
  | "seal"
  | "audit"
  | "serviceRegistration"
  | "telemetry"
  | "entropyAugmentation"
  | "licensePath"
> & { readonly clusterAddress?: string };

const rawEndpoint: Field<string> = checked("raw_storage_endpoint", (where, option, reason) => {
  requireReason(where, option, reason);
  return true;
});

const topLevel: Fields<TopLevel> = {
  clusterName: text("cluster_name"),
  apiAddress: checked("api_addr", requireReachable),
  clusterAddress: checked("cluster_addr", requireClusterAddress),
  ui: flag("ui"),
  disableMlock: needs("memoryLock", flag("disable_mlock")),
  rawStorageEndpointReason: rawEndpoint,
  defaultLeaseTtl: time("default_lease_ttl"),
  maxLeaseTtl: time("max_lease_ttl"),
  defaultMaxRequestDuration: time("default_max_request_duration"),
  logLevel: choice("log_level", logLevels),
  logFormat: choice("log_format", ["standard", "json"]),
  logFile: filePath("log_file"),
  logRotateDuration: time("log_rotate_duration"),
  logRotateMaxFiles: whole("log_rotate_max_files", 1, 10_000),
  pluginDirectory: filePath("plugin_directory"),
  pidFile: filePath("pid_file"),
  allowAuditLogPrefixing: flag("allow_audit_log_prefixing"),
};

/** What `renderFields` is told of blocks that are rendered beside it. */
const beside = [
  "server",
  "storage",
  "haStorage",
  "listeners",
  "seal",
  "audit",
  "serviceRegistration",
  "telemetry",
  "entropyAugmentation",
  "licensePath",
] as const;

/**
 * The configuration file of one server, in HCL or JSON: the same text for the same options. It holds no secret: `environment`
 * says which variables carry those that the server needs.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration
 */
export class ServerConfiguration {
  readonly kind = "server";
  readonly server: VaultServer;
  private readonly body: Body;
  private readonly variables = new Map<string, EnvironmentVariable>();

  /**
   * @throws LeaseholdError when an option is unknown or can't be used, contradicts another, holds credentials, or is one that the
   * server lacks.
   */
  constructor(props: ServerProps, where = "server") {
    const program = ServerFeatures.of(props.server ?? defaultServer, `${where}: server`);
    this.server = program.server;
    const place: Place = { where, program, reads: (each) => void this.variables.set(each.name, each) };
    requireOneStorage(where, props);
    requireFitting(where, props);
    this.body = joined([
      renderFields(place, topLevel, withDefaults(props, program)),
      { blocks: this.blocks(place, props) },
      ...enterprise(place, props),
    ]);
  }

  private blocks(place: Place, props: ServerProps): readonly Block[] {
    const {
      storage,
      haStorage,
      listeners,
      seal = { type: "shamir" },
      telemetry,
      audit = [],
      serviceRegistration,
    } = props;
    return [
      storageBlock(place, "storage", storage),
      ...(haStorage === undefined ? [] : [storageBlock(place, "ha_storage", haStorage)]),
      ...requireSome(place.where, "listeners", listeners).map((each, at) => listenerBlock(place, each, at)),
      ...sealBlocks(place, seal),
      ...(serviceRegistration === undefined ? [] : [registrationBlock(place, serviceRegistration)]),
      ...audit.map((each, at) => auditBlock(place, each, at)),
      ...(telemetry === undefined
        ? []
        : (nested("telemetry", telemetryFields).render(place, "telemetry", telemetry).blocks ?? [])),
    ];
  }

  /** The variables that the server reads secrets from, by name. */
  get environment(): readonly EnvironmentVariable[] {
    return [...this.variables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  toHcl(): string {
    return renderHcl(this.body);
  }

  toJson(): string {
    return renderJson(this.body);
  }
}

function withDefaults(props: ServerProps, { server: { product } }: ServerFeatures): TopLevel {
  const usesRaft = props.storage.type === "raft" || props.haStorage?.type === "raft";
  return {
    ui: false,
    ...(product === "vault" ? { disableMlock: usesRaft } : {}),
    logLevel: "info",
    logFormat: "json",
    ...(omit(props, ...beside) as TopLevel),
  };
}

function enterprise(place: Place, { entropyAugmentation, licensePath, seal }: ServerProps): readonly Partial<Body>[] {
  const { where, program } = place;
  if (program.has("licence") && licensePath === undefined)
    place.reads({ name: variableOf(program.server.product, "VAULT_LICENSE"), holds: "the licence", required: true });
  const licence =
    licensePath === undefined
      ? {}
      : needs("licence", filePath("license_path")).render(place, "licensePath", licensePath);
  if (
    entropyAugmentation === undefined ||
    !requireChoice(where, "entropyAugmentation", entropyAugmentation, [true, false])
  )
    return [licence];
  program.require(where, "entropyAugmentation", "entropyAugmentation");
  if (seal?.type !== "awskms" && seal?.type !== "transit") {
    throw new LeaseholdError(
      where,
      `entropyAugmentation is given with the seal ${show(seal?.type ?? "shamir")}, which has no randomness to give`,
      "use the seal awskms or transit, or leave it out",
    );
  }
  return [licence, { blocks: [block("entropy", { attributes: { mode: "augmentation" }, blocks: [] }, "seal")] }];
}

function requireOneStorage(where: string, props: ServerProps): void {
  const { storage, haStorage } = props as { readonly storage?: unknown; readonly haStorage?: unknown };
  const kind = (given: unknown) =>
    typeof given === "object" && given !== null && "type" in given ? String(given.type) : undefined;
  if (kind(storage) === undefined) {
    throw new LeaseholdError(
      where,
      "storage has no type",
      'give one, as in { type: "raft", path: "/opt/vault/data", nodeId: "vault-1" }',
    );
  }
  if (haStorage === undefined) return;
  if (kind(storage) === "raft") {
    throw new LeaseholdError(where, "haStorage is given, and raft is its own", "leave haStorage out");
  }
  if (!["raft", "consul", "postgresql"].includes(kind(haStorage) ?? "")) {
    throw new LeaseholdError(
      where,
      `haStorage ${show(kind(haStorage))} can hold no lock`,
      "use consul or postgresql, or raft",
    );
  }
  if (kind(haStorage) === "postgresql" && (haStorage as PostgresqlStorage).haEnabled !== true) {
    throw new LeaseholdError(where, "haStorage is postgresql without haEnabled", "give it haEnabled: true");
  }
}

function requireFitting(where: string, props: ServerProps): void {
  const { apiAddress, clusterAddress, listeners, storage, defaultLeaseTtl = "768h", maxLeaseTtl = "768h" } = props;
  if (storage.type === "raft" && clusterAddress === undefined) {
    throw new LeaseholdError(
      where,
      "clusterAddress is not given, and raft needs it",
      'write it as in "https://vault-1.company.com:8201"',
    );
  }
  // What is no duration is refused where it is rendered.
  if (isDuration(defaultLeaseTtl) && isDuration(maxLeaseTtl))
    parseTtlPair(where, { defaultTtl: defaultLeaseTtl, maxTtl: maxLeaseTtl }, ["defaultLeaseTtl", "maxLeaseTtl"]);
  const tls = listeners.some(servesTls);
  const plain = listeners.some((each) => each.type === "tcp" && !servesTls(each));
  if (tls && !plain && /^http:/.test(apiAddress)) {
    throw new LeaseholdError(
      where,
      `apiAddress ${show(apiAddress)} is http, and every listener serves TLS`,
      "write it with https",
    );
  }
}

/** Callers are sent there: it has to be an address of this node, not of every network it is in. */
function requireReachable(where: string, option: string, given: string): string {
  const url = requireUrl(where, option, given);
  if (!/^https?:\/\/(?:0\.0\.0\.0|\[::\])(?::|$|\/)/.test(url)) return url;
  throw new LeaseholdError(
    where,
    `${option} ${show(url)} is where a server listens, and nowhere to send anybody`,
    "write the name by which this node is reached",
  );
}

/** Nodes talk TLS with certificates of their own making, whatever the scheme says. */
function requireClusterAddress(where: string, option: string, given: string): string {
  const url = requireReachable(where, option, given);
  if (url.startsWith("https:")) return url;
  throw new LeaseholdError(
    where,
    `${option} ${show(url)} is http, and nodes talk TLS among themselves`,
    "write it with https",
  );
}
