import { TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import type { SecretInput } from "../core/secret-input";

/**
 * How long Terraform may know a secret: `ephemeral` during a run only, `stored` also in plan and state, which is what an
 * argument that is not write-only needs.
 */
export type SecretLifetime = "ephemeral" | "stored";

/**
 * The variable of the stack that carries a secret. Two uses of one name share it; it is ephemeral unless a use needs it stored.
 *
 * @see https://developer.hashicorp.com/terraform/language/values/variables#exclude-values-from-state
 */
export function secretVariable(scope: Construct, input: SecretInput, lifetime: SecretLifetime): TerraformVariable {
  const stack = TerraformStack.of(scope);
  const known = stack.node.tryFindChild(input.variableName);
  const variable = known instanceof TerraformVariable ? known : declare(stack, input);
  if (lifetime === "stored") variable.addOverride("ephemeral", undefined);
  return variable;
}

function declare(stack: TerraformStack, secret: SecretInput): TerraformVariable {
  const variable = new TerraformVariable(stack, secret.variableName, {
    type: "string",
    description: secret.description,
    sensitive: true,
    nullable: false,
  });
  variable.addOverride("ephemeral", true);
  return variable;
}
