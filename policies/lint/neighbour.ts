import { alwaysWarning } from "../../constructs/core/rule";
import { type LintRule, policyPage } from "./lint-rule";
import { denies } from "./rule-traits";

export const neighbour: LintRule = {
  id: "LH-POL-010",
  title: "a * grants no neighbour",
  why: "secret/data/app* matches secret/data/app-other and all below it too",
  remedy: "put / before the *, and a rule without it for the path itself",
  severity: alwaysWarning,
  references: [policyPage],
  check: (rules) =>
    rules
      .filter((rule) => /[A-Za-z0-9]\*$/.test(rule.path) && !denies(rule))
      .map((rule) => {
        const start = rule.path.slice(0, -1);
        const problem = `path "${rule.path}" matches ${start}-other and ${start}2 too`;
        return { rule, problem, remedy: `write "${start}" and "${start}/*", or "${start}-*" where names begin so` };
      }),
};
