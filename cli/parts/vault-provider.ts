import { defaultProviderConstraint } from "../../constructs/core/provider-features";
import type { HostEnvironment } from "../../environments/load";
import { findProvider, type ProviderSource, type WantedProvider } from "./provider";
import type { Terraform } from "./terraform";

export { mirrorVariable, type ProviderSource as VaultProviderSource } from "./provider";

const vaultProvider: WantedProvider = {
  source: "hashicorp/vault",
  constraint: defaultProviderConstraint,
  oldest: "4.4.0",
  built: { version: "4.4.0", mainPackage: "github.com/hashicorp/terraform-provider-vault" },
};

/**
 * Finds hashicorp/vault.
 *
 * @throws LeaseholdError when a named mirror lacks it, or it can't be built.
 */
export function findVaultProvider(
  env: HostEnvironment,
  terraform: Terraform,
  progress: (line: string) => void,
): Promise<ProviderSource> {
  return findProvider(env, terraform, vaultProvider, progress);
}
