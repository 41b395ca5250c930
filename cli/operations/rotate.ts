import { z } from "zod";
import { VaultRefusal, type VaultClient } from "../vault-client";

const keyAnswer = z.object({ data: z.object({ term: z.number(), install_time: z.string(), encryptions: z.number() }) });

/** The key that new entries of the storage are encrypted with. */
export interface StorageKey {
  readonly term: number;
  /** Milliseconds since 1970. */
  readonly installed: number;
  readonly encryptions: number;
}

export async function storageKey(vault: VaultClient): Promise<StorageKey> {
  const { data } = await vault.read("sys/key-status", keyAnswer);
  return { term: data.term, installed: Date.parse(data.install_time), encryptions: data.encryptions };
}

/**
 * Has the server make a new storage key. What is stored stays readable, and nobody needs a key share. With `olderThanMs`, a key that
 * is younger stays, so that the same call may be repeated.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/rotate
 */
export async function rotateStorageKey(
  vault: VaultClient,
  { olderThanMs, now }: { readonly olderThanMs: number | undefined; readonly now: number },
): Promise<{ readonly before: StorageKey; readonly after: StorageKey }> {
  const before = await storageKey(vault);
  if (olderThanMs !== undefined && now - before.installed < olderThanMs) return { before, after: before };
  try {
    await vault.write("sys/rotate", {});
  } catch (thrown) {
    // What OpenBao calls it now; the old path is bound to go.
    if (!(thrown instanceof VaultRefusal) || ![404, 405].includes(thrown.status)) throw thrown;
    await vault.write("sys/rotate/keyring", {});
  }
  return { before, after: await storageKey(vault) };
}
