import { alwaysError } from "../../constructs/core/rule";
import type { LintRule } from "./lint-rule";
import { writesOn } from "./rule-traits";

export const writeOnPolicies: LintRule = {
  id: "LH-POL-006",
  title: "no write on policies",
  why: "whoever can write a policy can grant everything, to themselves too",
  remedy: "read them only; leave policies to whoever deploys them",
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/api-docs/system/policies"],
  check: (rules) => writesOn(rules, ["sys/policy", "sys/policy/*", "sys/policies/*"], "policies"),
};
