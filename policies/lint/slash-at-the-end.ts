import { alwaysError } from "../../constructs/core/rule";
import { type LintRule, policyPage } from "./lint-rule";

export const slashAtTheEnd: LintRule = {
  id: "LH-POL-012",
  title: "a / at the end is for listing",
  why: "such a path is no prefix: it matches the listing of that folder and nothing else, so other capabilities on it allow nothing",
  remedy: "put * behind it for what lies below",
  severity: alwaysError,
  references: [policyPage],
  check: (rules) =>
    rules.flatMap((rule) => {
      const idle = rule.capabilities.filter((each) => each !== "list" && each !== "sudo" && each !== "deny");
      if (!rule.path.endsWith("/") || idle.length === 0) return [];
      const problem = `path "${rule.path}" matches a listing alone, so that ${idle.join(", ")} does nothing`;
      return [{ rule, problem, remedy: `write "${rule.path}*" for what lies below` }];
    }),
};
