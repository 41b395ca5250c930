import { LeaseholdError } from "../constructs/core/errors";
import type { Environment } from "../environments/schema";
import type { CliContext } from "./context";
import { VaultClient } from "./vault-client";

/**
 * A client of an environment's Vault, with the token in VAULT_TOKEN.
 *
 * @throws LeaseholdError when it is not set.
 */
export function vaultOf(
  { vault: { address, namespace } }: Environment,
  { env }: CliContext,
  command: string,
  purpose: string,
): VaultClient {
  const token = env["VAULT_TOKEN"];
  if (token === undefined || token === "") {
    throw new LeaseholdError(command, "VAULT_TOKEN is not set", `set it to a token that may ${purpose}`);
  }
  return new VaultClient({ address, namespace, token, timeoutMs: 600_000 });
}
