import { LeaseholdError } from "../constructs/core/errors";
import type { Environment } from "../environments/schema";
import type { VaultClient } from "./vault-client";

export interface Drained {
  /** Leases that lived, by mount. */
  readonly revoked: Readonly<Record<string, number>>;
}

/**
 * Ends every lease of an environment's mounts, so that what they need can be destroyed: Vault revokes a lease through its
 * connection, which Terraform destroys before the mount. The connections are closed to all roles first, so that no user is
 * made in between; a later deployment opens them again.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/lease#prefix-based-revocation
 * @throws LeaseholdError when a lease can't be revoked.
 */
export async function drain(vault: VaultClient, environment: Environment): Promise<Drained> {
  for (const { mount, name } of environment.databases) {
    if (await vault.exists(`${mount}/config/${name}`)) {
      await vault.write(`${mount}/config/${name}`, { allowed_roles: [], verify_connection: false });
    }
  }
  const revoked: Record<string, number> = {};
  for (const { path } of environment.mounts) {
    const prefix = `${path}/`;
    revoked[path] = (await vault.leases(prefix)).length;
    await vault.revokePrefix(path);
    const left = await vault.leases(prefix);
    if (left.length > 0) {
      throw new LeaseholdError(
        `mount ${path}`,
        `${left.length} leases could not be revoked, ${left[0]} among them`,
        "see the server's log; often the database can't be reached. Nothing was destroyed",
      );
    }
  }
  return { revoked };
}
