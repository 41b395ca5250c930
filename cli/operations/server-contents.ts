import { z } from "zod";
import { VaultRefusal, type VaultClient } from "../vault-client";

export const contentsSchema = z.strictObject({
  mounts: z.array(z.string()),
  auth: z.array(z.string()),
  policies: z.array(z.string()),
  /** Live leases by the mount that they are of; logins' tokens are not among them. */
  leases: z.record(z.string(), z.number()),
  /** What the token may not see. */
  unseen: z.array(z.string()),
});

/** What is in a server, by names and numbers: enough to see whether a restore brought it all. */
export type ServerContents = z.output<typeof contentsSchema>;

const mountsAnswer = z.object({ data: z.record(z.string(), z.object({ type: z.string() })) });

export async function readContents(vault: VaultClient): Promise<ServerContents> {
  const unseen: string[] = [];
  const look = async <T>(what: string, read: () => Promise<T>, nothing: T): Promise<T> => {
    try {
      return await read();
    } catch (thrown) {
      if (!(thrown instanceof VaultRefusal) || thrown.status !== 403) throw thrown;
      unseen.push(what);
      return nothing;
    }
  };
  const paths = async (path: string) => Object.keys((await vault.read(path, mountsAnswer)).data).sort();
  const mounts = await look("sys/mounts", () => paths("sys/mounts"), []);
  const auth = await look("sys/auth", () => paths("sys/auth"), []);
  const policies = await look("sys/policies/acl", async () => (await vault.list("sys/policies/acl")).sort(), []);
  // Without the mounts there is nothing to look below: that is not the same as no leases.
  if (unseen.includes("sys/mounts")) unseen.push("sys/leases/lookup");
  const leases = await look("sys/leases/lookup", () => leasesByMount(vault, mounts), {});
  return { mounts, auth, policies, leases, unseen };
}

async function leasesByMount(vault: VaultClient, mounts: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const mount of mounts) {
    const { length } = await vault.leases(mount);
    if (length > 0) counts[mount] = length;
  }
  return counts;
}

/** What was there before a snapshot and after it, and so is in it for certain. */
export function inBoth(before: ServerContents, after: ServerContents): ServerContents {
  const kept = (one: readonly string[], other: readonly string[]) => one.filter((each) => other.includes(each));
  const leases = Object.entries(before.leases).flatMap(([mount, count]) => {
    const smaller = Math.min(count, after.leases[mount] ?? 0);
    return smaller === 0 ? [] : [[mount, smaller] as const];
  });
  return {
    mounts: kept(before.mounts, after.mounts),
    auth: kept(before.auth, after.auth),
    policies: kept(before.policies, after.policies),
    leases: Object.fromEntries(leases),
    unseen: [...new Set([...before.unseen, ...after.unseen])],
  };
}

/** What of a server's contents is not in another's, in words; leases end and begin meanwhile, so they may differ. */
export function missingContents(saved: ServerContents, restored: ServerContents): string[] {
  const lost = (kind: string, before: readonly string[], after: readonly string[]) =>
    before.filter((each) => !after.includes(each)).map((each) => `${kind} ${each} is not there`);
  const leases = Object.entries(saved.leases)
    .filter(([mount]) => (restored.leases[mount] ?? 0) === 0)
    .map(([mount, count]) => `none of the ${count} leases of ${mount} is there`);
  return [
    ...lost("the mount", saved.mounts, restored.mounts),
    ...lost("the auth method", saved.auth, restored.auth),
    ...lost("the policy", saved.policies, restored.policies),
    ...leases,
  ];
}
