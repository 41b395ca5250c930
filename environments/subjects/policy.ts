import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { isMountPath } from "../../constructs/core/names";
import { judgePolicy, policyRules } from "../../policies/lint/policy-rules";
import { PolicyDocument } from "../../policies/language/policy-document";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { name } from "../fields";
import type { Misfit } from "../misfit";
import { grants } from "./grants";

/** A rule as policies have it; what the policy language refuses is refused here, at its place. */
const rule = z.custom<PolicyRule>().superRefine((given, context) => {
  try {
    new PolicyDocument([given]);
  } catch (thrown) {
    if (!(thrown instanceof LeaseholdError)) throw thrown;
    context.addIssue({ code: "custom", message: `${thrown.problem}: ${thrown.remedy}` });
  }
});

/** A policy that is written from grants, from rules, or from a file of policies/library. */
export const policy = z.strictObject({
  name,
  /** Rules besides what is granted. */
  rules: z.array(rule).optional(),
  /** Name of a file in policies/library, without `.hcl`, whose rules the policy has too. */
  library: z
    .string()
    .refine(isMountPath, { error: "is the name of a file in policies/library, without .hcl" })
    .optional(),
  /** Guardrails that have something against `rules` which is right here. */
  waivers: z
    .array(
      z.strictObject({
        rule: z.enum(policyRules.map(({ id }) => id)),
        reason: z.string().regex(/\S\s+\S/, { error: "is no reason: say in a few words why it is right here" }),
      }),
    )
    .optional(),
  ...grants,
});

export type DeclaredPolicy = z.output<typeof policy>;

/** What the guardrails have against the rules that a policy is written with, and waivers of nothing. */
export function checkPolicy(
  { rules = [], waivers = [] }: DeclaredPolicy,
  path: readonly (string | number)[],
): Misfit[] {
  const errors = judgePolicy(rules).filter(({ severity }) => severity === "error");
  const waived = new Set(waivers.map(({ rule: id }) => id));
  return [
    ...errors
      .filter(({ id }) => !waived.has(id))
      .map(({ id, rule: found, problem, remedy }) => ({
        path: [...path, "rules", rules.indexOf(found)],
        message: `${problem} (${id}): ${remedy}, or waive it in waivers with a reason`,
      })),
    ...waivers.flatMap(({ rule: id }, at) =>
      errors.some((error) => error.id === id)
        ? []
        : [
            {
              path: [...path, "waivers", at],
              message: `waives ${id}, which has nothing against the rules: take it out`,
            },
          ],
    ),
  ];
}
