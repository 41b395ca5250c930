import { AuditRequestHeader } from "@cdktf/provider-vault/lib/audit-request-header";
import { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { LeaseholdError } from "../core/errors";
import { claimEverywhere } from "../provider/claim";
import { requireRootNamespace } from "../provider/placement";
import { requireHeaderName } from "./header-name";

export interface AuditedHeaderProps {
  /** Such as `X-Forwarded-For` or `X-Real-IP`. */
  readonly name: string;
  /** Whether its value is written as an HMAC, as those that may carry a secret must be. @default false */
  readonly hmac?: boolean;
}

/** Headers whose values are secrets. */
const secret = ["authorization", "cookie", "proxy-authorization", "x-vault-token"];

/**
 * A request header that audit entries hold, such as the one in which a load balancer names the client.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/config-auditing
 */
export class AuditedHeader extends Construct {
  /**
   * @throws LeaseholdError when the name is no header's or is taken, or the header holds a secret and would be written as it is.
   */
  constructor(scope: Construct, id: string, props: AuditedHeaderProps) {
    super(scope, id);
    const where = this.node.path;
    // Vault keeps the names of headers in lower case.
    const name = requireHeaderName(where, "name", props.name).toLowerCase();
    const hmac = requireChoice(where, "hmac", props.hmac ?? false, [true, false]);
    if (!hmac && secret.includes(name)) {
      throw new LeaseholdError(
        where,
        `header ${props.name} holds a secret, which every audit entry would show`,
        "leave it out, or set hmac",
      );
    }
    requireRootNamespace(this, `audited header ${props.name}`);
    claimEverywhere(this, "audited header", name);
    this.node.defaultChild = new AuditRequestHeader(this, "Resource", { name: props.name, hmac });
  }
}
