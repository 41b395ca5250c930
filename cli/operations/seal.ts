import { setTimeout as sleep } from "node:timers/promises";
import { type NodeState, readHealth } from "./server-state";
import type { VaultPlace } from "./vault-place";

/** What a node was and is. */
export interface SealedNode {
  readonly address: string;
  readonly before: NodeState;
  readonly state: NodeState;
}

/** How long a standby may take to become active. */
const takeoverMs = 15_000;

/**
 * Closes the nodes one after the other. Only the active one can be closed; another takes over, and is closed then, until too few are
 * open to have an active one: those serve nobody.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/seal
 */
export async function sealAll(places: readonly VaultPlace[]): Promise<SealedNode[]> {
  const look = () =>
    Promise.all(places.map(async (place) => ({ place, state: (await readHealth(place.client())).state })));
  const before = await look();
  let known = before;
  for (let patience = Date.now() + takeoverMs; ; known = await look()) {
    const active = known.find(({ state }) => state === "active");
    if (active !== undefined) {
      await active.place.client().write("sys/seal", {});
      patience = Date.now() + takeoverMs;
      continue;
    }
    if (!known.some(({ state }) => state === "standby") || Date.now() > patience) break;
    await sleep(200);
  }
  return known.map(({ place: { address }, state }, at) => ({ address, before: before[at]?.state ?? state, state }));
}
