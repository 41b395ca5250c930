import { LeaseholdError } from "../../constructs/core/errors";
import { listed, nameOf } from "../review/attributes";
import type { ReviewedPlan } from "../review/plan";
import { isUndeletable, transitKeyType } from "../review/transit-keys";

/**
 * Vault deletes no key that it was not told to, and the destruction would end there with half of the environment gone.
 *
 * @throws LeaseholdError that names the keys.
 * @see https://developer.hashicorp.com/vault/api-docs/secret/transit#delete-key
 */
export function requireDeletableKeys({ changes }: ReviewedPlan, environment: string): void {
  const keys = changes.filter((change) => change.type === transitKeyType && isUndeletable(change));
  if (keys.length === 0) return;
  const names = keys.map(({ before, address }) => nameOf(before, address)).sort();
  throw new LeaseholdError(
    `environment ${environment}`,
    `keys ${listed(names)} can't be deleted: whatever they encrypted would be lost`,
    "if they are to go, give each its deletableReason, deploy that, and destroy the environment then",
  );
}
