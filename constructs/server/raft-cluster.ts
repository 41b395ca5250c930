import { LeaseholdError } from "../core/errors";
import { requireName } from "../core/names";
import { type AnyServerProps, ServerConfiguration } from "./server-configuration";
import type { RaftStorage, RetryJoin } from "./storage";
import type { Listener } from "./listener";

/** What differs from node to node. */
export interface RaftNode {
  /** URL by which callers and other nodes reach it. */
  readonly apiAddress: string;
  /** URL by which the other nodes reach it. */
  readonly clusterAddress: string;
  /** @default those of the cluster */
  readonly listeners?: readonly Listener[];
  /** @default the cluster's */
  readonly path?: string;
  /** Zone of which autopilot keeps one voter (Enterprise). @default none */
  readonly redundancyZone?: string;
}

export type RaftClusterProps = Omit<AnyServerProps, "apiAddress"> & {
  /** The nodes by their names. */
  readonly nodes: Readonly<Record<string, RaftNode>>;
  /** What all have in common of their storage. */
  readonly storage: Omit<RaftStorage, "type" | "nodeId" | "retryJoin" | "autopilotRedundancyZone">;
  /** How a node trusts the others' certificates. @default the machine's authorities */
  readonly join?: Omit<RetryJoin, "leaderApiAddress">;
};

/**
 * The configurations of servers on raft that find each other: each node tries the others until one lets it in.
 *
 * @throws LeaseholdError when a node's name or configuration can't be used, or the count of nodes is even: two of two, or three of
 * four, must live for a majority, so that one more node gains nothing.
 */
export function raftCluster(props: RaftClusterProps, where = "cluster"): Readonly<Record<string, ServerConfiguration>> {
  const { nodes, storage, join, ...common } = props;
  const entries = Object.entries(nodes);
  if (entries.length % 2 === 0) {
    throw new LeaseholdError(
      where,
      `nodes has ${entries.length} nodes`,
      "use an odd number, 3 or 5: an even one can lose no more nodes than one less can",
    );
  }
  const configurations = entries.map(([name, node]) => {
    const { apiAddress, clusterAddress, listeners = common.listeners, path = storage.path, redundancyZone } = node;
    const others = entries.filter(([other]) => other !== name);
    const retryJoin = others.map(([, other]) => ({ leaderApiAddress: other.apiAddress, ...join }));
    const configuration = new ServerConfiguration(
      {
        ...common,
        apiAddress,
        clusterAddress,
        listeners,
        storage: {
          ...storage,
          type: "raft",
          path,
          nodeId: requireName(where, "node", name),
          ...(retryJoin.length === 0 ? {} : { retryJoin }),
          ...(redundancyZone === undefined ? {} : { autopilotRedundancyZone: redundancyZone }),
        },
      },
      `${where}: ${name}`,
    );
    return [name, configuration] as const;
  });
  return Object.fromEntries(configurations);
}
