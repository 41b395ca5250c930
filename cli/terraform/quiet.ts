import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";

/**
 * An environment without Terraform's debug log: the provider writes whole request payloads to it, admin passwords among them.
 * Terraform does not call home either.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/environment-variables
 */
export function quiet(env: HostEnvironment): HostEnvironment {
  const others = Object.entries(env).filter(([name]) => !name.startsWith("TF_LOG"));
  return { ...Object.fromEntries(others), CHECKPOINT_DISABLE: "1" };
}

/**
 * For commands whose user may expect a log that they would never get.
 *
 * @throws LeaseholdError when one of Terraform's debug logs is on.
 */
export function refuseDebugLog(command: string, env: HostEnvironment): void {
  const [name] = Object.entries(env).find(([key, value]) => key.startsWith("TF_LOG") && value) ?? [];
  if (name === undefined) return;
  throw new LeaseholdError(
    command,
    `${name} is set, and Terraform's debug log holds whole requests to Vault, passwords among them`,
    `unset ${name}`,
  );
}
