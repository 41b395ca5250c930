import { messageOf } from "../../constructs/core/errors";
import type { DatabaseDefinition } from "../../environments/databases/schema";
import type { VaultClient } from "../vault-client";

/** Why Vault can't log in with what it has, or undefined when it can: writing the connection anew makes it try. */
export async function problemOfLogin(vault: VaultClient, database: DatabaseDefinition): Promise<string | undefined> {
  try {
    await vault.write(`${database.mount}/config/${database.name}`, { verify_connection: true });
    await restoreVerification(vault, database);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/** As declared, so that the next plan finds nothing to change. */
export async function restoreVerification(vault: VaultClient, database: DatabaseDefinition): Promise<void> {
  if (database.verifyConnection !== false) return;
  await vault.write(`${database.mount}/config/${database.name}`, { verify_connection: false });
}
