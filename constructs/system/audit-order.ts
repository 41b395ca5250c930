import { Aspects, dependable, type IAspect, TerraformResource, TerraformStack, Token } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { mountArguments } from "../core/credential-issuers";

const orders = new WeakMap<TerraformStack, AuditOrder>();

/**
 * Makes Terraform create the audit devices of a stack before everything else in Vault, and remove them after it. What waits for a
 * mount of the stack waits with it; all else waits for the devices themselves. Not only what lets credentials out waits: a request
 * that is under way while a device is enabled may be carried out and answered with an error, and fails when it is sent again.
 *
 * @see https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on
 */
export class AuditOrder implements IAspect {
  /** The order of the stack that a construct is in. */
  static of(scope: Construct): AuditOrder {
    const stack = TerraformStack.of(scope);
    const known = orders.get(stack);
    if (known !== undefined) return known;
    const order = new AuditOrder();
    orders.set(stack, order);
    Aspects.of(stack).add(order);
    return order;
  }

  private readonly devices: string[] = [];

  private constructor() {}

  add(device: TerraformResource): void {
    this.devices.push(dependable(device));
  }

  visit(node: IConstruct): void {
    if (!(node instanceof TerraformResource) || !waits(node.terraformResourceType) || waitsForMount(node)) return;
    // A stack may be synthesised more than once.
    node.dependsOn = [...new Set([...(node.dependsOn ?? []), ...this.devices])];
  }
}

function waits(type: string): boolean {
  return type.startsWith("vault_") && type !== "vault_audit";
}

/** Whether it names its mount by a reference, which it then waits for. */
function waitsForMount(resource: TerraformResource): boolean {
  const inputs = resource as unknown as Readonly<Record<string, unknown>>;
  return mountArguments.some((argument) => Token.isUnresolved(inputs[`${argument}Input`]));
}
