import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { requireMountPath } from "../core/names";
import { requireText } from "../core/texts";
import { claimEverywhere } from "../provider/claim";

export interface ServerAuditDeviceProps {
  /** What the server calls it. */
  readonly path: string;
  /** Where a reviewer finds that configuration: a file of a repository, a page. */
  readonly document: string;
}

/**
 * An audit device that the server's own configuration declares, as OpenBao's must. Nothing is declared for it; it counts where
 * guardrails ask for audit devices, and their report names the document.
 *
 * @see https://openbao.org/docs/configuration/audit/
 */
export class ServerAuditDevice extends Construct {
  readonly path: string;
  readonly document: string;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, or no document is named.
   */
  constructor(scope: Construct, id: string, props: ServerAuditDeviceProps) {
    super(scope, id);
    this.path = requireMountPath(this.node.path, "path", props.path);
    this.document = requireText(this.node.path, "document", props.document);
    claimEverywhere(this, "audit device", this.path);
    const stack = TerraformStack.of(this);
    devices.set(stack, [...serverAuditOf(stack), this]);
  }
}

const devices = new WeakMap<TerraformStack, readonly ServerAuditDevice[]>();

/** The audit devices of a stack that its server's configuration declares. */
export function serverAuditOf(stack: TerraformStack): readonly ServerAuditDevice[] {
  return devices.get(stack) ?? [];
}
