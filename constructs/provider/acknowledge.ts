import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

const acknowledged = new WeakMap<TerraformStack, Map<string, Record<string, string>>>();

/** Tells a guardrail that a construct's declaration has answered it already, so that nobody has to waive it once more. */
export function acknowledge(construct: Construct, guardrail: string, reason: string): void {
  const stack = TerraformStack.of(construct);
  const ofStack = acknowledged.get(stack) ?? new Map<string, Record<string, string>>();
  acknowledged.set(stack, ofStack);
  const path = construct.node.path.split("/").slice(1).join("/");
  ofStack.set(path, { ...ofStack.get(path), [guardrail]: reason });
}

/** What the constructs of a stack acknowledged: by path without the stack's name, then by guardrail. */
export function acknowledgementsOf(stack: TerraformStack): ReadonlyMap<string, Readonly<Record<string, string>>> {
  return acknowledged.get(stack) ?? new Map<string, Record<string, string>>();
}
