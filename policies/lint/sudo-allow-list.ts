import { alwaysError } from "../../constructs/core/rule";
import { PathSet } from "../evaluator/path-set";
import { rootProtectedPaths } from "../evaluator/root-protected";
import { type LintRule, policyPage } from "./lint-rule";
import { denies, meetsOf } from "./rule-traits";

/** `root` and `root/sign-self-issued` of a PKI mount, whatever its path. */
const ofPki = ["+/root", "+/root/sign-self-issued"];

const needing = [...new Set(Object.values(rootProtectedPaths).flat())].sort().concat(ofPki);

export const sudoAllowList: LintRule = {
  id: "LH-POL-002",
  title: "sudo only where a path needs it",
  why: "elsewhere sudo does nothing today, and a pattern wider than such a path opens those that nobody thought of",
  remedy: "leave sudo out, or name the path that needs it",
  severity: alwaysError,
  references: [`${policyPage}#root-protected-api-endpoints`],
  check: (rules, { sudoPaths = [] }) =>
    rules
      .filter((rule) => rule.capabilities.includes("sudo") && !denies(rule))
      .filter(({ path }) => ![...needing, ...sudoPaths].some((each) => PathSet.of(each).covers(PathSet.of(path))))
      .map((rule) => {
        const opened = meetsOf(rule, needing);
        const why =
          opened.length > 0
            ? `reaches ${opened.slice(0, 3).join(", ")} and more than that`
            : "needs none on any server";
        return { rule, problem: `path "${rule.path}" has sudo and ${why}` };
      }),
};
