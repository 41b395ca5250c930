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

/**
 * Waits until a node serves: as the active one, or as a standby of one that is.
 *
 * @throws LeaseholdError when it does not within `timeoutMs`.
 */
export async function untilServing(place: VaultPlace, timeoutMs = 60_000): Promise<NodeState> {
  const vault = place.client();
  const begun = Date.now();
  for (;;) {
    // Between two states OpenBao answers with an error.
    const state = await stateOf(vault);
    if (state === "active") return state;
    if (state === "standby") {
      const leader = await leaderState(place);
      // The active node may be this one, which became it since.
      if (leader === "active" && (await stateOf(vault)) === state) return state;
      if (leader === undefined && Date.now() - begun > believedMs) return state;
    }
    if (Date.now() - begun > timeoutMs) {
      throw new LeaseholdError(
        place.address,
        `is ${state ?? "unreachable"}, and did not become active within ${timeoutMs / 1000} s`,
        "see its log, and leasehold vault status: a cluster without a majority elects no active node",
      );
    }
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

/** The state of the node that a standby takes for the active one: after an election it may be out of date, or the node itself. */
async function leaderState(place: VaultPlace): Promise<NodeState | "unknown" | undefined> {
  const answer = z.object({ leader_address: z.string().default("") });
  const leader = await place
    .client()
    .read("sys/leader", answer)
    .then(
      ({ leader_address: address }) => address,
      () => "",
    );
  return leader === "" ? "unknown" : stateOf(place.node(leader).client(2_000));
}
