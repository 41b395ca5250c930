import { requireChoice } from "../../core/choices";
import { LeaseholdError, show } from "../../core/errors";
import { nearest } from "../../core/nearest";
import { requireWhole } from "../../core/numbers";
import { agentContainer, type StackAgent } from "./agent";
import type { ContainerModel, StackModel } from "./container-model";
import { databaseServers, passwordOf, type StackDatabaseServer } from "./database-servers";
import { type ChosenImages, imagesOf, type StackImage, type StackServer, stackServers } from "./images";
import { type StackStorage, stackStorages, storageServer } from "./storage";
import { nodeNames, vaultServers } from "./vault-servers";

export interface DevStackProps {
  /**
   * Prefix of what the engine knows the stack by, such as `leasehold-lab`, and its project in Compose: lower-case letters, digits, `_`
   * and `-`, 40 at most.
   */
  readonly name: string;
  /** @default "vault" */
  readonly server?: StackServer;
  /** @default raft with one node */
  readonly storage?: StackStorage;
  /** Ports of 127.0.0.1, one for each node of Vault. */
  readonly vaultPorts: readonly number[];
  /** @default none */
  readonly databases?: readonly StackDatabaseServer[];
  /** A Vault Agent that logs in as an AppRole and keeps a database credential in a file. @default none */
  readonly agent?: StackAgent;
  /** Images in place of the official ones, for a registry of your own, with a digest to pin them. */
  readonly images?: ChosenImages;
}

/** What can be said of a stack, for callers whose types were not checked. */
const options: readonly (keyof DevStackProps)[] = [
  "name",
  "server",
  "storage",
  "vaultPorts",
  "databases",
  "agent",
  "images",
];

/**
 * The containers of a dev stack: Vault on one storage, databases for it to hand out users of, and an agent. Every container runs as
 * the unprivileged user of its image, without capabilities.
 *
 * @throws LeaseholdError naming the option that can't be used.
 */
export function devStack(props: DevStackProps, where = "containers"): StackModel {
  requireOptions(where, props);
  const { name, server = "vault", storage = { type: "raft" }, databases = [], agent } = props;
  requireStackName(where, name);
  requireChoice(where, "server", server, stackServers);
  requireStorage(where, server, storage);
  const images = imagesOf(where, props.images);
  const nodes = nodesOf(where, props.vaultPorts, nodeNames(server, storage));
  requirePorts(where, props);

  const beside = storageServer(storage, server, images);
  const vaults = vaultServers(server, nodes, images[server], beside);
  const servers = databaseServers(where, databases, images);
  const [first = server] = Object.keys(nodes);
  const agents = agent === undefined ? [] : [agentContainer(where, agent, server, images[server], first)];
  const containers: readonly ContainerModel[] = [
    ...(beside === undefined ? [] : [beside.container]),
    ...servers,
    ...vaults,
    ...agents.map(({ container }) => container),
  ];
  const used: readonly StackImage[] = [
    server,
    ...(beside === undefined ? [] : [beside.image]),
    ...databases.map(({ engine }) => engine),
  ];
  return {
    name,
    images: Object.fromEntries(used.map((image) => [image, images[image]])),
    volumes: containers.flatMap(({ volumes }) => volumes.map(({ volume }) => volume)),
    secrets: [
      ...(beside?.secrets ?? []),
      ...databases.map(({ engine }) => passwordOf(engine)),
      ...agents.map(({ secret }) => secret),
    ],
    containers,
  };
}

function requireOptions(where: string, props: DevStackProps): void {
  for (const option of Object.keys(props)) {
    if ((options as readonly string[]).includes(option)) continue;
    const meant = nearest(option, options);
    throw new LeaseholdError(
      where,
      `${option} is no option`,
      meant === undefined ? `use some of ${options.join(", ")}` : `did you mean ${meant}?`,
    );
  }
}

function requireStackName(where: string, name: string): void {
  if (typeof name === "string" && /^[a-z0-9][a-z0-9_-]{0,39}$/.test(name)) return;
  throw new LeaseholdError(
    where,
    `name ${show(name)} is no prefix of names that the engine and Compose take`,
    "use lower-case letters, digits, _ and -, beginning with a letter or digit, 40 characters at most",
  );
}

function requireStorage(where: string, server: StackServer, storage: StackStorage): void {
  const { type, nodes, ...others } = storage as { type: StackStorage["type"]; nodes?: unknown };
  requireChoice(where, "storage.type", type, stackStorages);
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new LeaseholdError(where, `storage.${other} is no option`, "use type, and with raft nodes");
  if (nodes !== undefined && type !== "raft") {
    throw new LeaseholdError(where, `storage.nodes is given with ${type}`, "leave it out: raft alone has nodes");
  }
  if (nodes !== undefined && nodes !== 1 && nodes !== 3) {
    throw new LeaseholdError(
      where,
      `storage.nodes is ${show(nodes)}`,
      "use 1, or 3: two can lose none, and more teach nothing on one machine",
    );
  }
  if (server === "openbao" && type === "consul") {
    throw new LeaseholdError(where, "storage.type is consul, which OpenBao lacks", "use raft or postgresql");
  }
}

/** The port of each node. */
function nodesOf(where: string, ports: readonly number[], names: readonly string[]): Readonly<Record<string, number>> {
  if (!Array.isArray(ports) || ports.length !== names.length) {
    throw new LeaseholdError(
      where,
      `vaultPorts has ${Array.isArray(ports) ? `${ports.length} ports` : show(ports)} for ${names.length} of Vault's nodes`,
      "give one port for each node",
    );
  }
  return Object.fromEntries(names.map((name, at) => [name, ports[at] as number]));
}

/** Each port once: the engine would find out when half of the stack runs. */
function requirePorts(where: string, { vaultPorts, databases = [] }: DevStackProps): void {
  const ports = [
    ...vaultPorts.map((port, at) => [`vaultPorts[${at}]`, port] as const),
    ...databases.flatMap(({ port }, at) => (port === undefined ? [] : [[`databases[${at}].port`, port] as const])),
  ];
  const taken = new Map<number, string>();
  for (const [field, port] of ports) {
    requireWhole(where, field, port, 1, 65_535);
    const other = taken.get(port);
    if (other !== undefined) {
      throw new LeaseholdError(where, `${field} ${port} is also ${other}`, "give each a port of its own");
    }
    taken.set(port, field);
  }
}
