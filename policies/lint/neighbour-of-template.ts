import { alwaysError } from "../../constructs/core/rule";
import { type LintRule, policyPage } from "./lint-rule";
import { denies } from "./rule-traits";

export const neighbourOfTemplate: LintRule = {
  id: "LH-POL-011",
  title: "a * behind a template grants nobody else's",
  why: "the paths of alice match what belongs to alice2",
  remedy: "put / between the template and the *",
  severity: alwaysError,
  references: [`${policyPage}#templated-policies`],
  check: (rules) =>
    rules
      .filter((rule) => rule.path.endsWith("}}*") && !denies(rule))
      .map((rule) => ({ rule, problem: `path "${rule.path}" matches what belongs to whoever's name begins alike` })),
};
