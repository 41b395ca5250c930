import { setTimeout as sleep } from "node:timers/promises";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { stateOf } from "../operations/server-state";
import { type VaultClient, VaultRefusal } from "../vault-client";

/** A server that is opened, alone or with others of its cluster. */
export interface VaultNode {
  readonly client: VaultClient;
  /** Where people see what it does, such as the path of its log. */
  readonly log: string;
}

export interface UnsealKeys {
  readonly unsealKeys: readonly string[];
  readonly rootToken: string;
}

const shares = 5;
const threshold = 3;

/** How long a node may take to become active, or a standby of the active one. */
const servingMs = 60_000;
/** How long a node that was never initialised may look for those whose cluster it joins. */
const joinMs = 60_000;
/** How long a node may take to open after its shares: one that joins asks the active one first. */
const openMs = 30_000;

/**
 * Brings a Vault from whatever state it is in to where it serves: initialises it where no node is, and hands its keys to `keep`
 * before anything else happens; unseals each node that is sealed, those that have yet to join last; and waits until one is active and
 * the others stand by. What serves already is left alone.
 *
 * @throws LeaseholdError when it is initialised and there are no keys, they are another server's, or a node does not come to serve.
 */
export async function openVault(
  nodes: readonly VaultNode[],
  known: UnsealKeys | undefined,
  keep: (keys: UnsealKeys) => void,
): Promise<UnsealKeys> {
  const [first, ...others] = await foundersFirst(nodes);
  if (first === undefined) throw new Error("there is no node to open");
  const { initialized } = await first.client.sealStatus();
  const keys = initialized ? known : await initialise(first, keep);
  if (keys === undefined) {
    throw new LeaseholdError(
      "Vault",
      "is initialised, and its keys are not in keys.json: an earlier start was cut short, or the file was removed",
      `run "leasehold lab reset" to begin anew`,
    );
  }
  await unseal(first, keys);
  for (const other of others) {
    await untilJoined(other);
    await unsealPatiently(other, keys);
  }
  await untilServing([first, ...others], keys.rootToken);
  return keys;
}

/** Those that hold the data before those that have yet to get it. */
async function foundersFirst(nodes: readonly VaultNode[]): Promise<readonly VaultNode[]> {
  const isFounder = await Promise.all(nodes.map(async ({ client }) => (await client.sealStatus()).initialized));
  return [...nodes.filter((_, at) => isFounder[at]), ...nodes.filter((_, at) => !isFounder[at])];
}

async function initialise({ client }: VaultNode, keep: (keys: UnsealKeys) => void): Promise<UnsealKeys> {
  const { keys, rootToken } = await client.initialise(shares, threshold);
  const fresh = { unsealKeys: keys, rootToken };
  keep(fresh);
  return fresh;
}

/** A node of raft finds the others by its configuration, and is initialised from then on. */
async function untilJoined({ client, log }: VaultNode): Promise<void> {
  const end = Date.now() + joinMs;
  while (!(await client.sealStatus()).initialized) {
    if (Date.now() > end) {
      throw new LeaseholdError(
        "Vault",
        `has a node that did not join the others within ${joinMs / 1000} s`,
        `see ${log}`,
      );
    }
    await sleep(100);
  }
}

async function unseal({ client }: VaultNode, { unsealKeys }: UnsealKeys): Promise<void> {
  if (!(await client.sealStatus()).sealed) return;
  try {
    await client.forgetUnsealProgress();
    for (const key of unsealKeys.slice(0, threshold)) await client.unseal(key);
  } catch (thrown) {
    if (thrown instanceof VaultRefusal && [400, 500].includes(thrown.status)) throw wrongKeys();
    throw thrown;
  }
}

/** The first has shown that the keys are right; a node that joins may yet refuse them, or lose them, while it asks the others. */
async function unsealPatiently(node: VaultNode, keys: UnsealKeys): Promise<void> {
  const end = Date.now() + openMs;
  for (;;) {
    const refusal = await unseal(node, keys).catch((thrown: unknown) => thrown);
    if (!(await node.client.sealStatus()).sealed) return;
    if (Date.now() > end) {
      throw new LeaseholdError(
        "Vault",
        `has a node that stays sealed with the keys that open the others${refusal === undefined ? "" : ` (${messageOf(refusal)})`}`,
        `see ${node.log}`,
      );
    }
    await sleep(200);
  }
}

/** Every node serves when one is active, the others stand by, and each takes the root token: a standby first has to find the active one. */
async function untilServing(nodes: readonly VaultNode[], token: string): Promise<void> {
  const end = Date.now() + servingMs;
  for (;;) {
    const states = await Promise.all(nodes.map(({ client }) => stateOf(client)));
    if (states.includes("active") && states.every((state) => state === "active" || state === "standby")) {
      const taken = await Promise.all(nodes.map(({ client }) => takes(client, token)));
      if (taken.every((each) => each)) return;
    }
    // What was given enough shares and is sealed has refused them.
    if (nodes.length === 1 && states[0] === "sealed") throw wrongKeys();
    if (Date.now() > end) {
      throw new LeaseholdError(
        "Vault",
        `did not become active within ${servingMs / 1000} s (${states.map((state) => state ?? "no answer").join(", ")})`,
        `see ${nodes.map(({ log }) => log).join(", ")}`,
      );
    }
    await sleep(50);
  }
}

/** Whether a node answers to the token; not as long as it knows no active node. */
async function takes(client: VaultClient, token: string): Promise<boolean> {
  try {
    await client.withToken(token).list("sys/policies/acl");
    return true;
  } catch (thrown) {
    if (!(thrown instanceof VaultRefusal)) throw thrown;
    if (thrown.status === 403) throw wrongKeys();
    if (thrown.status < 500) throw thrown;
    return false;
  }
}

function wrongKeys(): LeaseholdError {
  return new LeaseholdError(
    "Vault",
    "does not accept the keys in keys.json: they are another server's",
    `put the right file back, or run "leasehold lab reset" to begin anew`,
  );
}
