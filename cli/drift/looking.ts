import { VaultRefusal } from "../vault-client";
import type { Look } from "./finding";

/** A look that shows nothing. */
export const nothing: Look = { findings: [], information: [], unseen: [] };

/** A look that Vault may refuse: what the token may not see is said, and ends nothing. */
export async function lookAt(where: string, look: () => Promise<Look>): Promise<Look> {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof VaultRefusal)) throw thrown;
    if (thrown.status === 404) return nothing; // it is not deployed, or is gone, which the plan tells
    if (thrown.status !== 403) throw thrown;
    return { ...nothing, unseen: [`${where}: ${thrown.problem}`] };
  }
}
