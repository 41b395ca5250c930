import { alwaysWarning } from "../../constructs/core/rule";
import { PathSet } from "../evaluator/path-set";
import { type LintRule, policyPage } from "./lint-rule";
import { denies, isPlain } from "./rule-traits";

export const narrowed: LintRule = {
  id: "LH-POL-014",
  title: "rules on different patterns do not add up",
  why: "one pattern decides alone: a narrower rule that adds a capability takes those that it does not repeat",
  remedy: "repeat them in the narrower rule",
  severity: alwaysWarning,
  references: [`${policyPage}#priority-matching`],
  check: (rules) => {
    const granting = rules.filter((rule) => !denies(rule)).map((rule) => ({ rule, paths: PathSet.of(rule.path) }));
    const patterns = granting.filter(({ rule }) => !isPlain(rule));
    return granting.flatMap(({ rule, paths }) => {
      const around = patterns.filter((each) => each.rule.path !== rule.path && each.paths.covers(paths));
      const wider = around.find((each) => around.every((other) => other.paths.covers(each.paths)))?.rule;
      const lost = wider?.capabilities.filter((each) => !rule.capabilities.includes(each)) ?? [];
      const added = rule.capabilities.filter((each) => wider?.capabilities.includes(each) === false);
      // Fewer and nothing new can only be meant.
      if (wider === undefined || lost.length === 0 || added.length === 0) return [];
      const problem = `path "${rule.path}" adds ${added.join(", ")} and takes ${lost.join(", ")}, which "${wider.path}" allows`;
      return [{ rule, problem }];
    });
  },
};
