import { QuotaRateLimit } from "@cdktf/provider-vault/lib/quota-rate-limit";
import { Construct } from "constructs";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { type QuotaOptions, requireTarget, waitForMount } from "./quota";

export interface RateLimitQuotaProps extends QuotaOptions {
  /** Requests that one client, by its address, may send in an interval; more than 0, and not whole where that is meant. */
  readonly rate: number;
  /** @default "1s" */
  readonly interval?: Duration | undefined;
  /** How long a client that asked too often is refused everything. @default it is let in again with the next interval */
  readonly blockInterval?: Duration | undefined;
}

/**
 * How many requests a client may send. Clients are told apart by the address that Vault sees: behind a load balancer they are one,
 * unless the listener trusts its `X-Forwarded-For`.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/rate-limit-quotas
 */
export class RateLimitQuota extends Construct {
  /**
   * @throws LeaseholdError when the rate is not above 0, a duration is none, or what is limited can't be, or is limited already.
   */
  constructor(scope: Construct, id: string, props: RateLimitQuotaProps) {
    super(scope, id);
    const where = this.node.path;
    const { rate, interval, blockInterval } = props;
    if (!(Number.isFinite(rate) && rate > 0)) {
      throw new LeaseholdError(where, `rate ${show(rate)} lets nobody in`, "give a number of requests above 0");
    }
    const resource = new QuotaRateLimit(this, "Resource", {
      ...requireTarget(this, "rate", props),
      rate,
      interval: parseDuration(where, "interval", interval ?? "1s"),
      ...(blockInterval === undefined ? {} : { blockInterval: parseDuration(where, "blockInterval", blockInterval) }),
    });
    waitForMount(resource, props);
    this.node.defaultChild = resource;
  }
}
