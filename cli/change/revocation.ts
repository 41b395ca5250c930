import { LeaseholdError } from "../../constructs/core/errors";
import { type VaultClient, VaultRefusal } from "../vault-client";

export interface RevocationOptions {
  /** Ends leases though their users can't be dropped. @default false */
  readonly force?: boolean;
  readonly report?: (line: string) => void;
}

/**
 * Ends every lease below a path (without `/` at its end), and returns how many there were. Vault ends a request after 90 s and at
 * the first lease that it can't revoke: as long as some go each time, it is asked again.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/leases#revoke-prefix
 * @throws LeaseholdError when leases are left that can't be revoked.
 */
export async function revokeBelow(
  vault: VaultClient,
  path: string,
  { force = false, report = () => undefined }: RevocationOptions = {},
): Promise<number> {
  const count = async () => (await vault.leases(`${path}/`)).length;
  const total = await count();
  for (let left = total; left > 0;) {
    report(`${left} leases of ${path}`);
    let problem = "";
    try {
      await (force ? vault.forgetLease(path) : vault.revokePrefix(path));
    } catch (thrown) {
      if (!(thrown instanceof VaultRefusal) || thrown.status === 403) throw thrown;
      ({ problem } = thrown);
    }
    const before = left;
    left = await count();
    if (left > 0 && left >= before) {
      throw new LeaseholdError(
        path,
        `${left} of ${total} leases could not be revoked${problem === "" ? "" : `: ${problem}`}`,
        "nothing was applied, and no new users are made until the next deployment: see that the database can be reached, and run this again",
      );
    }
  }
  return total;
}
