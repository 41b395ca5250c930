import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { VaultRefusal, type VaultClient } from "../vault-client";
import { isAutomatic, type NodeState, readSeal, type SealState, servingState } from "./server-state";
import type { ShareSource } from "./share-source";
import type { VaultPlace } from "./vault-place";

/** How far a server is open. */
export interface UnsealProgress {
  readonly sealed: boolean;
  /** Shares that were given, by whomever, and how many open the server. */
  readonly progress: number;
  readonly threshold: number;
  /** How many of them this call gave. */
  readonly given: number;
}

/** What became of one of several nodes. */
export type OpenedNode = UnsealProgress & {
  readonly address: string;
  readonly state: NodeState;
  /** Whether it is the active node, or a standby of one; not while too few nodes are open to have one. */
  readonly serving: boolean;
};

/** One that could not be opened, and why. */
export interface FailedNode {
  readonly address: string;
  readonly problem: unknown;
}

/**
 * Opens nodes one after the other, and waits for an active one only then: a cluster has none before most of its nodes are open. A node
 * that can't be opened does not keep the others closed.
 */
export async function unsealAll(
  places: readonly VaultPlace[],
  sourceOf: () => Promise<ShareSource>,
  reset: boolean,
): Promise<(OpenedNode | FailedNode)[]> {
  const results: ((UnsealProgress & { readonly place: VaultPlace }) | FailedNode)[] = [];
  for (const place of places) {
    const { address } = place;
    const vault = place.client();
    try {
      // A new node hears of its cluster only once the cluster is open.
      if (results.some((each) => "place" in each && !each.sealed)) await untilJoined(vault);
      results.push({ place, ...(await unseal(vault, address, await sourceOf(), reset)) });
    } catch (problem) {
      results.push({ address, problem });
    }
  }
  return Promise.all(
    results.map(async (result) => {
      if (!("place" in result)) return result;
      const { place, ...progress } = result;
      const { address } = place;
      if (progress.sealed) return { address, state: "sealed" as const, serving: false, ...progress };
      return servingState(place, activeMs).then(
        (found) => ({ address, ...found, ...progress }),
        (problem: unknown) => ({ address, problem }),
      );
    }),
  );
}

/** How long nodes that are open may take to elect the active one. */
const activeMs = 30_000;

async function untilJoined(vault: VaultClient): Promise<void> {
  const end = Date.now() + joinMs;
  while (!(await readSeal(vault)).initialized && Date.now() < end) await sleep(200);
}

/**
 * Gives key shares until the server is open or there are no more. One that is open is left alone, and so are shares that others
 * have given: holders at several places open it together.
 *
 * @throws LeaseholdError when it was never initialised, or a share is not one of its.
 * @see https://developer.hashicorp.com/vault/api-docs/system/unseal
 */
export async function unseal(
  vault: VaultClient,
  address: string,
  source: ShareSource,
  reset = false,
): Promise<UnsealProgress> {
  let seal = await readSeal(vault);
  if (!seal.initialized) {
    throw new LeaseholdError(
      address,
      "is not initialised, so no key opens it",
      "run leasehold vault init, or have the node join its cluster",
    );
  }
  if (seal.sealed && reset && seal.progress > 0) await vault.write("sys/unseal", { reset: true });
  let given = 0;
  while (seal.sealed) {
    const share = await source.next(`Key share ${seal.progress + 1} of ${seal.t} for ${address}`);
    if (share === undefined) break;
    const { nonce } = seal;
    seal = await give(vault, address, share, given + 1);
    given += 1;
    if (seal.sealed && nonce !== "" && seal.nonce !== "" && seal.nonce !== nonce) throw otherNode(address);
    // With the last share a server opens, or refuses; one that joins a cluster first takes a moment for that.
    if (seal.sealed && seal.progress === 0) seal = await untilOpen(vault, address);
  }
  return { sealed: seal.sealed, progress: seal.progress, threshold: seal.t, given };
}

/** How long a node may take to join its cluster. */
const joinMs = 30_000;

async function untilOpen(vault: VaultClient, address: string): Promise<SealState> {
  const end = Date.now() + joinMs;
  while (Date.now() < end) {
    const seal = await readSeal(vault);
    if (!seal.sealed) return seal;
    await sleep(200);
  }
  throw new LeaseholdError(
    address,
    `has enough shares, and did not open within ${joinMs / 1000} s`,
    "see its log: a node that joins a cluster must reach the active one",
  );
}

async function give(vault: VaultClient, address: string, key: string, number: number): Promise<SealState> {
  try {
    await vault.ask("sys/unseal", { key }, z.unknown());
  } catch (thrown) {
    if (!(thrown instanceof VaultRefusal) || ![400, 500].includes(thrown.status)) throw thrown;
    const { progress, t, ...seal } = await readSeal(vault);
    if (progress === 0)
      throw isAutomatic(seal) ? unreachedSeal(address, seal.type, thrown) : wrongShares(address, thrown);
    throw new LeaseholdError(
      address,
      `does not take share ${number} that was given (${thrown.problem})`,
      `${progress} of ${t} shares stay given: give another one, or begin anew with --reset`,
    );
  }
  return readSeal(vault);
}

function wrongShares(address: string, { problem }: VaultRefusal): LeaseholdError {
  return new LeaseholdError(
    address,
    `the shares that were given don't open it (${problem}): one of them is another server's, or from before a rekey`,
    "the server has forgotten them all: give the right ones",
  );
}

/** Shares that are given at one address, of which each reaches another node, open none of them. */
function otherNode(address: string): LeaseholdError {
  return new LeaseholdError(
    address,
    "two shares met different nodes behind this address, or somebody begins anew at the same time",
    "name one node by its own address with --node",
  );
}

/** Recovery keys open a server that somebody closed, as long as its seal is there: they alone are worth nothing. */
function unreachedSeal(address: string, type: string, { problem }: VaultRefusal): LeaseholdError {
  return new LeaseholdError(
    address,
    `the recovery keys that were given don't open it (${problem}): they are another server's, or it does not reach its seal (${type})`,
    "give the right ones, or restart the server: it opens by itself where it reaches its seal, and its log says why not",
  );
}
