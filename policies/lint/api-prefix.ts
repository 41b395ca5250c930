import { alwaysError } from "../../constructs/core/rule";
import { type LintRule, policyPage } from "./lint-rule";

export const apiPrefix: LintRule = {
  id: "LH-POL-013",
  title: "no v1/ in paths",
  why: "it belongs to the URL: a policy's path begins behind it, so the rule matches no request",
  remedy: "leave v1/ out",
  severity: alwaysError,
  references: [policyPage],
  check: (rules) =>
    rules
      .filter(({ path }) => /^\/?v1\//.test(path))
      .map((rule) => ({ rule, problem: `path "${rule.path}" begins with v1/, which no request has` })),
};
