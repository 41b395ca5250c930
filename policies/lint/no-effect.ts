import { alwaysWarning } from "../../constructs/core/rule";
import { diffPolicies } from "../diff/diff-policies";
import { PathSet } from "../evaluator/path-set";
import type { PolicyRule } from "../language/policy-rule";
import { type LintRule, policyPage } from "./lint-rule";
import { denies, isPlain } from "./rule-traits";

export const noEffect: LintRule = {
  id: "LH-POL-015",
  title: "each rule has an effect",
  why: "what a rule says is believed: one that others outdo or repeat misleads whoever reads or changes it",
  remedy: "remove it, or mend the pattern that outdoes it",
  severity: alwaysWarning,
  references: [`${policyPage}#priority-matching`],
  check: (rules) => {
    const reaches = new Map(rules.map((rule) => [rule, reachOf(rule)]));
    const patterns = rules.filter((rule) => !isPlain(rule));
    const plain = new Map<string, PolicyRule[]>();
    for (const rule of rules.filter(isPlain)) plain.set(nameOf(rule), [...(plain.get(nameOf(rule)) ?? []), rule]);
    const candidates = (rule: PolicyRule) =>
      isPlain(rule) ? [...patterns, ...(plain.get(nameOf(rule)) ?? [])] : rules;
    const meets = (a: PolicyRule, b: PolicyRule) =>
      (reaches.get(a) ?? []).some((set) => (reaches.get(b) ?? []).some((other) => set.intersect(other) !== undefined));
    return (
      rules
        // A denial may be meant for what other policies grant.
        .filter((rule) => !denies(rule))
        .filter((rule) => {
          const near = candidates(rule).filter((each) => meets(rule, each));
          return isSame(
            near,
            near.filter((each) => each !== rule),
          );
        })
        .map((rule) => ({
          rule,
          problem: `path "${rule.path}" changes nothing: the policy allows the same without it`,
        }))
    );
  },
};

/** The path without the slash at its end, which a listing may have. */
function nameOf({ path }: PolicyRule): string {
  return path.replace(/^\/|\/$/g, "");
}

/** The paths for which the rule is looked up: a listing's also without the slash at their end. */
function reachOf({ path }: PolicyRule): PathSet[] {
  const set = PathSet.of(path);
  return [set, ...set.folders];
}

function isSame(before: readonly PolicyRule[], after: readonly PolicyRule[]): boolean {
  return diffPolicies([{ name: "policy", rules: before }], [{ name: "policy", rules: after }]).length === 0;
}
