import { QuotaLeaseCount } from "@cdktf/provider-vault/lib/quota-lease-count";
import { Construct } from "constructs";
import { requireWhole } from "../core/numbers";
import { VaultEndpoint } from "../provider/vault-endpoint";
import { type QuotaOptions, requireTarget, waitForMount } from "./quota";

export interface LeaseCountQuotaProps extends QuotaOptions {
  /** Leases that may live at a time; a request for one more is refused. */
  readonly maxLeases: number;
}

/**
 * How many leases may live, so that a program that asks again and again can't exhaust a database or the server. Vault Enterprise
 * alone has it; tokens have leases too, those of root and batch tokens excepted.
 *
 * @see https://developer.hashicorp.com/vault/docs/enterprise/lease-count-quotas
 */
export class LeaseCountQuota extends Construct {
  /**
   * @throws LeaseholdError when the server has none, maxLeases is no whole number above 0, or what is limited can't be, or is
   * limited already.
   */
  constructor(scope: Construct, id: string, props: LeaseCountQuotaProps) {
    super(scope, id);
    const where = this.node.path;
    VaultEndpoint.of(this).server.require(where, `lease count quota ${props.name}`, "leaseCountQuotas");
    const resource = new QuotaLeaseCount(this, "Resource", {
      ...requireTarget(this, "leases", props),
      maxLeases: requireWhole(where, "maxLeases", props.maxLeases, 1, Number.MAX_SAFE_INTEGER),
    });
    waitForMount(resource, props);
    this.node.defaultChild = resource;
  }
}
