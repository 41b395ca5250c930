import type { Severity, Tier } from "../../constructs/core/tier";
import type { PolicyRule } from "../language/policy-rule";
import { apiPrefix } from "./api-prefix";
import { denyWithOthers } from "./deny-with-others";
import { kvCapability } from "./kv-capability";
import { kvPath } from "./kv-path";
import type { LintContext, LintRule } from "./lint-rule";
import { narrowed } from "./narrowed";
import { neighbour } from "./neighbour";
import { neighbourOfTemplate } from "./neighbour-of-template";
import { noEffect } from "./no-effect";
import { rootWildcard } from "./root-wildcard";
import { slashAtTheEnd } from "./slash-at-the-end";
import { sudoAllowList } from "./sudo-allow-list";
import { typedAccessor } from "./typed-accessor";
import { writeOnAudit } from "./write-on-audit";
import { writeOnLogins } from "./write-on-logins";
import { writeOnPolicies } from "./write-on-policies";

/** The guardrails on policies, by their ids. */
export const policyRules: readonly LintRule[] = [
  rootWildcard,
  sudoAllowList,
  kvPath,
  kvCapability,
  writeOnAudit,
  writeOnPolicies,
  writeOnLogins,
  typedAccessor,
  denyWithOthers,
  neighbour,
  neighbourOfTemplate,
  slashAtTheEnd,
  apiPrefix,
  narrowed,
  noEffect,
];

/** What a guardrail has against a rule of a policy. */
export interface Judgement {
  readonly id: string;
  readonly severity: Severity;
  readonly rule: PolicyRule;
  /** In a sentence without its full stop. */
  readonly problem: string;
  readonly remedy: string;
}

/** What the guardrails have against the rules of one policy, in the order of their ids. */
export function judgePolicy(
  rules: readonly PolicyRule[],
  { tier = "prod", ...context }: LintContext & { readonly tier?: Tier | undefined } = {},
): Judgement[] {
  return policyRules.flatMap((lint) =>
    lint.check(rules, context).map(({ rule, problem, remedy = lint.remedy }) => ({
      id: lint.id,
      severity: lint.severity[tier],
      rule,
      problem,
      remedy,
    })),
  );
}
