import { alwaysError } from "../../constructs/core/rule";
import type { Capability } from "../language/capability";
import { kvEndpoints, kvRulesOf } from "./kv-mounts";
import { kvPage, type LintRule } from "./lint-rule";
import { denies } from "./rule-traits";

const uses: Readonly<Record<string, readonly Capability[]>> = kvEndpoints;

/** What a guardrail of its own, or none, is about. */
const elsewhere: readonly Capability[] = ["sudo", "deny", "subscribe", "recover"];

export const kvCapability: LintRule = {
  id: "LH-POL-004",
  title: "capabilities of KV version 2 stand where they have a use",
  why: "names are listed at metadata/ and versions destroyed by a write: elsewhere the capability allows nothing, and nobody is told",
  remedy: "move list to metadata/, and give update on delete/, undelete/ and destroy/",
  severity: alwaysError,
  references: [kvPage],
  check: (rules, context) =>
    kvRulesOf(rules, context).flatMap(({ rule, mount, endpoint }) => {
      const useful = Object.hasOwn(uses, endpoint) ? uses[endpoint] : undefined;
      if (useful === undefined || denies(rule)) return [];
      const idle = rule.capabilities.filter((each) => !useful.includes(each) && !elsewhere.includes(each));
      if (idle.length === 0) return [];
      const problem = `path "${rule.path}" has ${idle.join(", ")}, which does nothing on ${mount}/${endpoint}/`;
      return [{ rule, problem, ...(idle.includes("list") ? { remedy: listRemedy(rule.path, mount, endpoint) } : {}) }];
    }),
};

function listRemedy(path: string, mount: string, endpoint: string): string {
  return `list ${path.replace(`${mount}/${endpoint}`, `${mount}/metadata`)} instead`;
}
