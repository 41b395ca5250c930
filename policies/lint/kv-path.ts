import { alwaysError } from "../../constructs/core/rule";
import { kvEndpoints, kvRulesOf } from "./kv-mounts";
import { kvPage, type LintRule } from "./lint-rule";

const endpoints: readonly string[] = Object.keys(kvEndpoints);

export const kvPath: LintRule = {
  id: "LH-POL-003",
  title: "KV version 2 has data/ and metadata/ in its paths",
  why: "the CLI and the UI leave them out, a policy must not: such a rule matches no request, and nobody is told",
  remedy: "put data/ (values) or metadata/ (names, versions) after the mount's path",
  severity: alwaysError,
  references: [kvPage],
  check: (rules, context) =>
    kvRulesOf(rules, context).flatMap(({ rule, mount, rest, endpoint }) => {
      if (endpoint === "+" || endpoints.includes(endpoint)) return [];
      if (rest === "*") {
        const problem = `path "${rule.path}" grants all of KV version 2 at once: values, names, destroying, the mount's settings`;
        return [{ rule, problem, remedy: `write ${mount}/data/* and, for names, ${mount}/metadata/*` }];
      }
      const fitting = endpoint.endsWith("*") && endpoints.some((each) => each.startsWith(endpoint.slice(0, -1)));
      if (fitting) return [];
      const problem = `path "${rule.path}" is in KV version 2, and has neither data/ nor metadata/ behind ${mount}/`;
      return [{ rule, problem, remedy: `write ${mount}/data/${rest}, and ${mount}/metadata/${rest} for its names` }];
    }),
};
