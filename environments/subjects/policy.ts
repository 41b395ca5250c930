import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { isMountPath } from "../../constructs/core/names";
import { PolicyDocument } from "../../policies/language/policy-document";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { name } from "../fields";
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
  ...grants,
});
