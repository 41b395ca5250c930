import { Aspects, dependable, type IAspect, TerraformResource, TerraformStack, Token } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { issuesCredentials, mountArguments } from "../core/credential-issuers";

const orders = new WeakMap<TerraformStack, AuditOrder>();

/**
 * Makes Terraform create the audit devices of a stack before anything that lets credentials out, and remove them after it. What
 * waits for a mount of the stack waits with it; all else waits for the devices themselves.
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
    if (!(node instanceof TerraformResource) || !issuesCredentials(node.terraformResourceType)) return;
    if (waitsForMount(node)) return;
    // A stack may be synthesised more than once.
    node.dependsOn = [...new Set([...(node.dependsOn ?? []), ...this.devices])];
  }
}

/** Whether it names its mount by a reference, which it then waits for. */
function waitsForMount(resource: TerraformResource): boolean {
  const inputs = resource as unknown as Readonly<Record<string, unknown>>;
  return mountArguments.some((argument) => Token.isUnresolved(inputs[`${argument}Input`]));
}
