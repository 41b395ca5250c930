import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { VaultRefusal, type VaultClient } from "../vault-client";
import { readSeal, type SealState } from "./server-state";
import type { ShareSource } from "./share-source";

/** How far a server is open. */
export interface UnsealProgress {
  readonly sealed: boolean;
  /** Shares that were given, by whomever, and how many open the server. */
  readonly progress: number;
  readonly threshold: number;
  /** How many of them this call gave. */
  readonly given: number;
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
    seal = await give(vault, address, share, given + 1);
    given += 1;
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
    const { progress, t } = await readSeal(vault);
    if (progress === 0) throw wrongShares(address);
    throw new LeaseholdError(
      address,
      `does not take share ${number} that was given (${thrown.problem})`,
      `${progress} of ${t} shares stay given: give another one, or begin anew with --reset`,
    );
  }
  return readSeal(vault);
}

function wrongShares(address: string): LeaseholdError {
  return new LeaseholdError(
    address,
    "the shares that were given don't open it: one of them is another server's, or from before a rekey",
    "the server has forgotten them all: give the right ones",
  );
}
