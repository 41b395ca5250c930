import type { Environment } from "../../environments/schema";
import type { CliContext } from "../context";
import type { ReviewedPlan } from "../review/plan";
import { withVault } from "../token";
import { allowancesOf, drainsNeededBy } from "./drain";
import { type Draining, nothingToDrain, prepareDraining } from "./draining";

export interface DrainRequest {
  readonly plan: ReviewedPlan;
  /** Whether live leases may be revoked. */
  readonly mayDrain: boolean;
  /** Labels of what somebody allows as it is, without draining it: `admin-user-changed:<address>`, or the rule alone. */
  readonly allow: readonly string[];
}

/**
 * Sees to what a plan needs drained, around `use`. Vault is asked only where something does.
 *
 * @throws LeaseholdError when leases live that may not be revoked, or Vault can't be asked for them.
 */
export async function drained<T>(
  environment: Environment,
  context: CliContext,
  { plan, mayDrain, allow }: DrainRequest,
  use: (draining: Draining) => Promise<T>,
): Promise<T> {
  const drains = drainsNeededBy(plan).filter((drain) =>
    allowancesOf([drain]).every(({ rule, address }) => !allow.includes(rule) && !allow.includes(`${rule}:${address}`)),
  );
  if (drains.length === 0) return use(nothingToDrain);
  const command = "leasehold deploy";
  return withVault(environment, context, command, "list and revoke leases", async (vault) =>
    use(await prepareDraining(plan, drains, { command, vault, mayDrain })),
  );
}
