import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import type { VaultClient } from "../vault-client";
import type { VaultPlace } from "./vault-place";

const sealAnswer = z.object({
  type: z.string(),
  initialized: z.boolean(),
  sealed: z.boolean(),
  t: z.number(),
  n: z.number(),
  progress: z.number(),
  /** Of the shares that were given; another one means other shares, or another node. */
  nonce: z.string().default(""),
  version: z.string(),
  recovery_seal: z.boolean().optional(),
  storage_type: z.string().optional(),
  cluster_name: z.string().optional(),
  cluster_id: z.string().optional(),
  /** Vault says when it was built, OpenBao when its source was committed. */
  commit_date: z.string().optional(),
});

/** @see https://developer.hashicorp.com/vault/api-docs/system/seal-status */
export type SealState = z.output<typeof sealAnswer>;

export function readSeal(vault: VaultClient): Promise<SealState> {
  return vault.read("sys/seal-status", sealAnswer);
}

/** Whether something else than people opens the server, such as a KMS: its shares are recovery keys, which only prove who asks. */
export function isAutomatic({ type, recovery_seal: recovery }: Pick<SealState, "type" | "recovery_seal">): boolean {
  return recovery === true || type !== "shamir";
}

/** What a server's key shares are good for. */
export type KeyKind = "unseal" | "recovery";

export function keyKindOf(seal: SealState): KeyKind {
  return isAutomatic(seal) ? "recovery" : "unseal";
}

export function productOf({ commit_date }: SealState): "vault" | "openbao" {
  return commit_date === undefined ? "vault" : "openbao";
}

/** What a node can be. */
export const nodeStates = ["uninitialised", "sealed", "standby", "active"] as const;

export type NodeState = (typeof nodeStates)[number];

const healthAnswer = z.object({
  initialized: z.boolean(),
  sealed: z.boolean(),
  standby: z.boolean(),
  server_time_utc: z.number(),
});

/** Whatever the state, the same answer, where the server would tell it by its status otherwise. */
const health =
  "sys/health?standbycode=200&performancestandbycode=200&drsecondarycode=200&sealedcode=200&uninitcode=200&removedcode=200&haunhealthycode=200";

/** What a node is now, and what time it has, in milliseconds since 1970. */
export async function readHealth(vault: VaultClient): Promise<{ readonly state: NodeState; readonly time: number }> {
  const { initialized, sealed, standby, server_time_utc } = await vault.read(health, healthAnswer);
  const state = !initialized ? "uninitialised" : sealed ? "sealed" : standby ? "standby" : "active";
  return { state, time: server_time_utc * 1000 };
}

/** How long a standby whose active node can't be asked from here is believed. */
const believedMs = 10_000;

export interface ServingState {
  readonly state: NodeState;
  /** Whether it answers requests: as the active node, or as a standby of one that is. */
  readonly serving: boolean;
}

/**
 * Waits until a node serves.
 *
 * @throws LeaseholdError when it does not within `timeoutMs`.
 */
export async function untilServing(place: VaultPlace, timeoutMs = 60_000): Promise<NodeState> {
  const { state, serving } = await servingState(place, timeoutMs);
  if (serving) return state;
  throw new LeaseholdError(
    place.address,
    `is ${state}, and did not become active within ${timeoutMs / 1000} s`,
    "see its log, and leasehold vault status: a cluster without a majority elects no active node",
  );
}

/**
 * What a node is, as soon as it serves, or else after `timeoutMs`.
 *
 * @throws LeaseholdError when it does not answer then.
 */
export async function servingState(place: VaultPlace, timeoutMs: number): Promise<ServingState> {
  const vault = place.client();
  const begun = Date.now();
  for (;;) {
    // Between two states OpenBao answers with an error.
    const state = await stateOf(vault);
    if (state === "active") return { state, serving: true };
    if (state === "standby") {
      const leader = await leaderState(place);
      // The active node may be this one, which became it since.
      if (leader === "active" && (await stateOf(vault)) === state) return { state, serving: true };
      if (leader === undefined && Date.now() - begun > believedMs) return { state, serving: true };
    }
    if (Date.now() - begun > timeoutMs) return { state: state ?? (await readHealth(vault)).state, serving: false };
    await sleep(100);
  }
}

/** Undefined while it does not answer properly. */
export function stateOf(vault: VaultClient): Promise<NodeState | undefined> {
  return readHealth(vault).then(
    ({ state }) => state,
    () => undefined,
  );
}

const leaderAnswer = z.object({ is_self: z.boolean().default(false), leader_address: z.string().default("") });
/** Milliseconds that the active node may take to answer before it counts as out of reach. */
const leaderMs = 2_000;

/** The state of the node that a standby takes for the active one: after an election it may be out of date, or the node itself. */
async function leaderState(place: VaultPlace): Promise<NodeState | "unknown" | undefined> {
  const leader = await place
    .client()
    .read("sys/leader", leaderAnswer)
    .then(
      ({ leader_address: address }) => address,
      () => "",
    );
  return URL.canParse(leader) ? stateOf(place.learned(leader).client(leaderMs)) : "unknown";
}

/**
 * The active node of a server's cluster; the server itself where it is that, or where the active one can't be reached from here. A rekey
 * and the making of a root token live in the memory of one node, and a new storage key is known there first. Vault's standbys pass on
 * what they are asked; OpenBao's answer themselves, and begin a rekey of their own that no share ever completes.
 *
 * @throws LeaseholdError when the server is sealed, or does not answer.
 */
export async function activeNode(place: VaultPlace): Promise<VaultPlace> {
  const { is_self: isSelf, leader_address: leader } = await place.client().read("sys/leader", leaderAnswer);
  if (isSelf || !URL.canParse(leader)) return place;
  return (await stateOf(place.learned(leader).client(leaderMs))) === "active" ? place.node(leader) : place;
}
