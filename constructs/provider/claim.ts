import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { LeaseholdError } from "../core/errors";
import { namespaceOf } from "./placement";

const claims = new WeakMap<TerraformStack, Map<string, string>>();

/**
 * Holds a name that Vault has once in each namespace, such as a mount path or a policy's name, for one construct of the stack.
 *
 * @throws LeaseholdError that names both constructs when another one holds it.
 */
export function claimName(scope: Construct, kind: string, name: string): void {
  const namespace = namespaceOf(scope);
  claim(scope, `${kind} ${JSON.stringify(name)}`, namespace === undefined ? "" : ` in namespace ${namespace.path}`);
}

/** The same for what there is once, whatever the namespace: of the server itself, or outside of it. */
export function claimEverywhere(scope: Construct, kind: string, name: string): void {
  claim(scope, `${kind} ${JSON.stringify(name)}`, "");
}

function claim(scope: Construct, what: string, place: string): void {
  const stack = TerraformStack.of(scope);
  const held = claims.get(stack) ?? new Map<string, string>();
  claims.set(stack, held);
  const key = `${what}${place}`;
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

/** Path of the construct that holds a name; undefined where none does. */
export function holderOf(scope: Construct, kind: string, name: string): string | undefined {
  return claims.get(TerraformStack.of(scope))?.get(`${kind} ${JSON.stringify(name)}`);
}
