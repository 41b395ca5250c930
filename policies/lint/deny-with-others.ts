import { alwaysError } from "../../constructs/core/rule";
import { type LintRule, policyPage } from "./lint-rule";

export const denyWithOthers: LintRule = {
  id: "LH-POL-009",
  title: "deny stands alone",
  why: "deny takes whatever stands beside it, so the others say what is not so",
  remedy: "leave deny out, or leave it alone",
  severity: alwaysError,
  references: [`${policyPage}#capabilities`],
  check: (rules) =>
    rules
      .filter(({ capabilities }) => capabilities.includes("deny") && capabilities.length > 1)
      .map((rule) => {
        const others = rule.capabilities.filter((each) => each !== "deny");
        return {
          rule,
          problem: `path "${rule.path}" denies, so that ${others.join(", ")} beside it counts for nothing`,
        };
      }),
};
