import { setTimeout as sleep } from "node:timers/promises";
import { LeaseholdError } from "../../constructs/core/errors";
import { VaultRefusal } from "../vault-client";
import { type NodeState, stateOf } from "./server-state";
import type { VaultPlace } from "./vault-place";

/** What a node was and is. */
export interface SealedNode {
  readonly address: string;
  readonly before: NodeState | "unreachable";
  readonly state: NodeState | "unreachable";
}

/** How long a standby may take to become active. */
const takeoverMs = 15_000;
/** How long a node may take to answer: one that hangs must not keep the others open. */
const answerMs = 5_000;

/**
 * Closes the nodes one after the other. Only the active one can be closed; another takes over, and is closed then, until too few are
 * open to have an active one: those serve nobody. A node that can't be reached does not keep the others open.
 *
 * @throws LeaseholdError when the server refuses, or none of the nodes answers.
 * @see https://developer.hashicorp.com/vault/api-docs/system/seal
 */
export async function sealAll(places: readonly VaultPlace[]): Promise<SealedNode[]> {
  const look = () =>
    Promise.all(
      places.map(async (place) => ({
        place,
        state: (await stateOf(place.client(answerMs))) ?? ("unreachable" as const),
      })),
    );
  const before = await look();
  if (before.every(({ state }) => state === "unreachable")) {
    throw new LeaseholdError(
      places.map(({ address }) => address).join(" and "),
      "can't be reached",
      "check the address, or end the server's process: it comes up sealed",
    );
  }
  let known = before;
  for (let patience = Date.now() + takeoverMs; ; known = await look()) {
    const active = known.find(({ state }) => state === "active");
    if (active !== undefined) {
      await close(active.place);
      patience = Date.now() + takeoverMs;
      continue;
    }
    if (!known.some(({ state }) => state === "standby") || Date.now() > patience) break;
    await sleep(200);
  }
  return known.map(({ place: { address }, state }, at) => ({ address, before: before[at]?.state ?? state, state }));
}

/** Somebody else may close it, or it may hand over, at the same moment. */
async function close(place: VaultPlace): Promise<void> {
  try {
    await place.client().write("sys/seal", {});
  } catch (thrown) {
    if (!(thrown instanceof VaultRefusal) || ![400, 503].includes(thrown.status)) throw thrown;
    await sleep(200);
  }
}
