import { raftCluster } from "../../server/raft-cluster";
import { ServerConfiguration } from "../../server/server-configuration";
import type { VaultServer } from "../../core/server-features";
import type { ContainerModel } from "./container-model";
import type { StackServer } from "./images";
import { stackReason } from "./network";
import { answersAt, type StackStorage, type StorageServer } from "./storage";

/** How the image of a server is run. */
interface Program {
  /** The user of the image, who owns the folders. */
  readonly user: string;
  readonly program: string;
  /** The image's folder of configuration. */
  readonly configuration: string;
  /** The image's folder of data. */
  readonly data: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The entrypoints of both change owners, and Vault's and that of older OpenBaos give the program the right to lock memory: neither can be
 * done without capabilities, and neither is needed where the image's user runs it and memory is not locked.
 *
 * @see https://hub.docker.com/r/hashicorp/vault
 * @see https://hub.docker.com/r/openbao/openbao
 */
export const programs: Readonly<Record<StackServer, Program>> = {
  vault: {
    user: "vault",
    program: "vault",
    configuration: "/vault/config",
    data: "/vault/file",
    variables: { SKIP_CHOWN: "true", SKIP_SETCAP: "true" },
  },
  openbao: {
    user: "openbao",
    program: "bao",
    configuration: "/openbao/config",
    data: "/openbao/file",
    variables: { SKIP_CHOWN: "true", SKIP_SETCAP: "true" },
  },
};

/** What the pinned images are, for what the configuration may say. */
export const versions: Readonly<Record<StackServer, VaultServer>> = {
  vault: { product: "vault", edition: "community", version: "1.21" },
  openbao: { product: "openbao", version: "2.7" },
};

/** The names of Vault's nodes. */
export function nodeNames(server: StackServer, storage: StackStorage): readonly string[] {
  const count = storage.type === "raft" ? (storage.nodes ?? 1) : 1;
  return count === 1 ? [server] : Array.from({ length: count }, (_, at) => `${server}-${at + 1}`);
}

/** URL under which the containers of the stack reach a node. */
export function addressOf(node: string): string {
  return `http://${node}:8200`;
}

/** The containers of Vault's nodes, one for each port. */
export function vaultServers(
  server: StackServer,
  nodes: Readonly<Record<string, number>>,
  image: string,
  beside: StorageServer | undefined,
): readonly ContainerModel[] {
  const { user, program, configuration, data, variables } = programs[server];
  const configurations = configurationsOf(server, Object.keys(nodes), beside);
  return Object.entries(nodes).map(([name, port]) => ({
    name,
    image,
    command: [program, "server", `-config=${configuration}/server.hcl`],
    user,
    variables: { ...variables, ...beside?.variables },
    files: [{ path: `${configuration}/server.hcl`, content: configurations[name]?.toHcl() ?? "" }],
    secrets: beside?.reads ?? [],
    volumes: beside === undefined ? [{ volume: name, path: data }] : [],
    ports: [{ host: port, container: 8200 }],
    // Sealed or without keys it works all the same: `leasehold vault` is for that.
    healthCheck: answersAt(
      "http://127.0.0.1:8200/v1/sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200",
    ),
    capabilities: [],
    startsAfter: beside === undefined ? [] : [beside.container.name],
  }));
}

function configurationsOf(
  server: StackServer,
  names: readonly string[],
  beside: StorageServer | undefined,
): Readonly<Record<string, ServerConfiguration>> {
  const common = {
    server: versions[server],
    listeners: [{ type: "tcp", address: "0.0.0.0:8200", tlsDisable: stackReason }],
    ui: true,
  } as const;
  const at = (name: string) => ({ apiAddress: addressOf(name), clusterAddress: `https://${name}:8201` });
  if (beside === undefined) {
    return raftCluster({
      ...common,
      storage: { path: programs[server].data },
      nodes: Object.fromEntries(names.map((name) => [name, at(name)])),
    });
  }
  // These storages lock no memory of their own accord, and the containers have no right to.
  const unlocked = server === "vault" ? { disableMlock: true } : {};
  return Object.fromEntries(
    names.map((name) => [
      name,
      new ServerConfiguration({ ...common, ...unlocked, ...at(name), storage: beside.storage }, name),
    ]),
  );
}
