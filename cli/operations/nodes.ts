import { z } from "zod";
import { messageOf } from "../../constructs/core/errors";
import { VaultRefusal, type VaultClient } from "../vault-client";
import { isAutomatic, type NodeState, productOf, readHealth, readSeal } from "./server-state";
import type { VaultPlace } from "./vault-place";

/** One node of a cluster, as it answers itself. */
export interface NodeStatus {
  readonly address: string;
  readonly state: NodeState | "unreachable";
  readonly product?: "vault" | "openbao";
  readonly version?: string;
  /** How its storage is opened, such as `shamir`, and how many shares that takes of how many. */
  readonly seal?: string;
  /** Whether the seal opens it without people. */
  readonly automatic?: boolean;
  readonly shares?: number;
  readonly threshold?: number;
  /** Shares that were given to a sealed one. */
  readonly progress?: number;
  readonly storage?: string;
  readonly clusterName?: string;
  readonly clusterId?: string;
  /** How far its clock is before the asking one's, in milliseconds; half a second is rounding. */
  readonly clockMs?: number;
  /** Of raft: the last entry that it has applied. */
  readonly appliedIndex?: number;
  /** Why it could not be asked. */
  readonly problem?: string;
}

export interface ClusterStatus {
  readonly nodes: readonly NodeStatus[];
  /** Of raft: its members, told by the active node. */
  readonly peers?: readonly RaftPeer[];
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}

export interface RaftPeer {
  readonly id: string;
  /** Where the others reach it; no address of the API. */
  readonly address: string;
  readonly leader: boolean;
  readonly voter: boolean;
  /** From autopilot; undefined where that is off. */
  readonly healthy?: boolean;
}

const haAnswer = z.object({ data: z.object({ nodes: z.array(z.object({ api_address: z.string() })) }) });
const leaderAnswer = z.object({ raft_applied_index: z.number().optional() });
const raftAnswer = z.object({
  data: z.object({
    config: z.object({
      servers: z.array(z.object({ node_id: z.string(), address: z.string(), leader: z.boolean(), voter: z.boolean() })),
    }),
  }),
});
const autopilotAnswer = z.object({
  data: z.object({ servers: z.record(z.string(), z.object({ healthy: z.boolean() })) }),
});

/** Milliseconds that one node may take. */
const patience = 5_000;

/**
 * Asks every node that is named, and with a token those that the active one knows of. A sealed node is known to nobody: only its name
 * finds it.
 */
export async function clusterStatus(place: VaultPlace, named: readonly string[]): Promise<ClusterStatus> {
  const unseen: string[] = [];
  const look = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    if (!place.hasToken) {
      unseen.push(`${what}: VAULT_TOKEN is not set`);
      return undefined;
    }
    return read().catch((thrown: unknown) => {
      if (!(thrown instanceof VaultRefusal)) return undefined; // the node's own row says that it can't be reached
      // A sealed server has none; one whose storage is not raft has no members.
      if (![400, 404, 503].includes(thrown.status)) unseen.push(`${what}: ${thrown.problem}`);
      return undefined;
    });
  };
  const vault = place.client(patience);
  const known = await look("other nodes (sys/ha-status)", () => vault.read("sys/ha-status", haAnswer));
  const asked = named.length > 0 ? named.map((address) => place.node(address)) : [place];
  const learned = known?.data.nodes.map(({ api_address: address }) => place.learned(address)) ?? [];
  const places = new Map([...learned, ...asked].map((each) => [each.address, each]));
  const nodes = await Promise.all([...places.values()].map((each) => nodeStatus(each, Date.now)));
  const peers = await look("members (sys/storage/raft/configuration)", () => raftPeers(vault));
  return { nodes, ...(peers && { peers }), unseen };
}

/** What one node says of itself. */
export async function nodeStatus(place: VaultPlace, clock: () => number): Promise<NodeStatus> {
  const { address } = place;
  const vault = place.client(patience);
  try {
    const seal = await readSeal(vault);
    const asked = clock();
    const { state, time } = await readHealth(vault);
    const answered = clock();
    const { raft_applied_index: appliedIndex } =
      state === "active" || state === "standby" ? await vault.read("sys/leader", leaderAnswer) : {};
    return {
      address,
      state,
      product: productOf(seal),
      version: seal.version,
      seal: seal.type,
      automatic: isAutomatic(seal),
      shares: seal.n,
      threshold: seal.t,
      progress: seal.progress,
      clockMs: Math.round(time + 500 - (asked + answered) / 2), // the server tells whole seconds
      ...(seal.storage_type !== undefined && { storage: seal.storage_type }),
      ...(seal.cluster_name !== undefined && { clusterName: seal.cluster_name }),
      ...(seal.cluster_id !== undefined && { clusterId: seal.cluster_id }),
      ...(appliedIndex !== undefined && { appliedIndex }),
    };
  } catch (thrown) {
    return { address, state: "unreachable", problem: messageOf(thrown) };
  }
}

async function raftPeers(vault: VaultClient): Promise<RaftPeer[]> {
  const { servers } = (await vault.read("sys/storage/raft/configuration", raftAnswer)).data.config;
  const health = await vault
    .read("sys/storage/raft/autopilot/state", autopilotAnswer)
    .then(({ data }) => data.servers)
    .catch((): Readonly<Record<string, { readonly healthy: boolean }>> => ({}));
  return servers.map(({ node_id: id, address, leader, voter }) => {
    const healthy = health[id]?.healthy;
    return { id, address, leader, voter, ...(healthy !== undefined && { healthy }) };
  });
}

/** Why a cluster does not serve as it should; empty where it does. */
export function clusterProblems({ nodes, peers = [] }: ClusterStatus): string[] {
  const notServing = nodes.filter(({ state }) => state !== "active" && state !== "standby");
  const actives = nodes.filter(({ state }) => state === "active");
  // One node may be met at two addresses, its own and a load balancer's: only another cluster is another id.
  const clusters = new Set(nodes.flatMap(({ clusterId }) => (clusterId === undefined ? [] : [clusterId])));
  return [
    ...notServing.map(({ address, state }) => `${address} is ${state}`),
    ...(notServing.length < nodes.length && actives.length === 0 ? ["no node that was asked is active"] : []),
    ...(clusters.size > 1 ? [`the nodes are of ${clusters.size} clusters`] : []),
    ...peers.filter(({ healthy }) => healthy === false).map(({ id }) => `raft's member ${id} is unhealthy`),
  ];
}
