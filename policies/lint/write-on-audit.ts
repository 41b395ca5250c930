import { alwaysError } from "../../constructs/core/rule";
import type { LintRule } from "./lint-rule";
import { writesOn } from "./rule-traits";

export const writeOnAudit: LintRule = {
  id: "LH-POL-005",
  title: "no write on audit devices",
  why: "whoever can switch an audit device off acts unseen",
  remedy: "read them only; leave audit devices to whoever deploys them",
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/api-docs/system/audit"],
  check: (rules) => writesOn(rules, ["sys/audit", "sys/audit/*", "sys/config/auditing/*"], "audit devices"),
};
