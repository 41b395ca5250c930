import { alwaysError } from "../../constructs/core/rule";
import { type LintRule, policyPage } from "./lint-rule";
import { denies } from "./rule-traits";

/** Patterns whose every segment is a wildcard match whatever there is. */
const everything = /^(\+\/)*(\+|\*|\+\/\*)?$/;

export const rootWildcard: LintRule = {
  id: "LH-POL-001",
  title: "no wildcard at the root",
  why: "it grants what every mount holds, those that are made later too, and the server's own settings",
  remedy: "name the mounts, as in secret/data/*",
  severity: alwaysError,
  references: [policyPage],
  check: (rules) =>
    rules
      .filter((rule) => everything.test(rule.path) && !denies(rule))
      .map((rule) => ({ rule, problem: `path "${rule.path}" matches every mount` })),
};
