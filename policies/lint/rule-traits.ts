import type { Capability } from "../language/capability";
import { PathSet } from "../evaluator/path-set";
import type { PolicyRule } from "../language/policy-rule";
import type { Finding } from "./lint-rule";

const writing: readonly Capability[] = ["create", "update", "patch", "delete"];

/** Whether the rule only takes away. */
export function denies({ capabilities }: PolicyRule): boolean {
  return capabilities.includes("deny");
}

/** The capabilities with which the rule's holder changes something; none where the rule denies. */
export function writesOf(rule: PolicyRule): Capability[] {
  return denies(rule) ? [] : rule.capabilities.filter((each) => writing.includes(each));
}

/** Whether the rule matches one path alone: two such rules meet only where they name the same. */
export function isPlain({ path }: PolicyRule): boolean {
  return !/[+*{]/.test(path);
}

/** The patterns that match a path which the rule matches too. */
export function meetsOf({ path }: PolicyRule, patterns: readonly string[]): string[] {
  const paths = PathSet.of(path);
  return patterns.filter((pattern) => PathSet.of(pattern).intersect(paths) !== undefined);
}

/** Finds rules that write where one of some patterns matches. */
export function writesOn(rules: readonly PolicyRule[], patterns: readonly string[], what: string): Finding[] {
  return rules.flatMap((rule) => {
    const writes = writesOf(rule);
    if (writes.length === 0 || meetsOf(rule, patterns).length === 0) return [];
    return [{ rule, problem: `path "${rule.path}" allows ${writes.join(", ")} on ${what}` }];
  });
}
