import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { LeaseholdError } from "../core/errors";

const claims = new WeakMap<TerraformStack, Map<string, string>>();

/**
 * Holds a name that Vault has once, such as a mount path or a policy's name, for one construct of the stack.
 *
 * @throws LeaseholdError that names both constructs when another one holds it.
 */
export function claimName(scope: Construct, kind: string, name: string): void {
  const stack = TerraformStack.of(scope);
  const held = claims.get(stack) ?? new Map<string, string>();
  claims.set(stack, held);
  const key = `${kind} ${JSON.stringify(name)}`;
  const holder = held.get(key);
  if (holder !== undefined) {
    throw new LeaseholdError(
      scope.node.path,
      `${key} is declared already, by ${holder}`,
      "give one of the two another name",
    );
  }
  held.set(key, scope.node.path);
}
