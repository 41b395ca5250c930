import { LeaseholdError } from "../constructs/core/errors";
import type { Environment } from "../environments/schema";
import type { CliContext } from "./context";
import type { HostEnvironment } from "../environments/load";
import { trustedBy, VaultClient } from "./vault-client";

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
  return new VaultClient({ address, namespace, token, timeoutMs: 600_000, ...trustedBy(env) });
}

/**
 * The same for as long as `use` takes; where VAULT_TOKEN is not set and Terraform logs in as an AppRole, it logs in as that one,
 * and revokes the token at the end.
 *
 * @throws LeaseholdError when there is neither a token nor what to log in with, or Vault refuses the login.
 */
export async function withVault<T>(
  environment: Environment,
  context: CliContext,
  command: string,
  purpose: string,
  use: (vault: VaultClient) => Promise<T>,
): Promise<T> {
  const { address, namespace, login } = environment.vault;
  if (isSet(context.env, "VAULT_TOKEN") || login?.method !== "approle") {
    return use(vaultOf(environment, context, command, purpose));
  }
  const [roleId, secretId] = [login.roleId.variableName, login.secretId.variableName].map((name) => `TF_VAR_${name}`);
  const missing = [roleId, secretId].filter((name) => !isSet(context.env, name));
  if (missing.length > 0) {
    throw new LeaseholdError(
      command,
      `neither VAULT_TOKEN nor ${missing.join(" and ")} is set`,
      `set them to log in as Terraform does, or set VAULT_TOKEN to a token that may ${purpose}`,
    );
  }
  const anybody = new VaultClient({ address, namespace, timeoutMs: 600_000, ...trustedBy(context.env) });
  const given = (name = "") => context.env[name] ?? "";
  const vault = anybody.withToken(
    await anybody.loginByAppRole(login.path ?? "approle", given(roleId), given(secretId)),
  );
  try {
    return await use(vault);
  } finally {
    // It ends by itself too: that must not hide what `use` threw.
    await vault.write("auth/token/revoke-self", {}).catch(() => undefined);
  }
}

function isSet(env: HostEnvironment, name = ""): boolean {
  return (env[name] ?? "") !== "";
}
