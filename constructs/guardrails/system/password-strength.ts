import { leastEntropyBits } from "../../../policies/passwords/password-rules";
import { strengthOf } from "../../../policies/passwords/password-strength";
import { LeaseholdError } from "../../core/errors";
import { errorFromStaging } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { passwordPoliciesOf, passwordPolicyPage } from "./password-policies";

export const passwordStrength: Guardrail = {
  id: "LH-SYS-011",
  title: "passwords that Vault makes can't be guessed",
  why: "nobody has to remember them, and a short one is found from the hash that a database keeps",
  remedy: `raise length, or add charsets, until passwords have ${leastEntropyBits} bits: 20 letters and digits have 119`,
  severity: errorFromStaging,
  references: [passwordPolicyPage, "https://pages.nist.gov/800-63-3/sp800-63b.html"],
  check: (declaration) =>
    passwordPoliciesOf(declaration).flatMap(({ resource, recipe }) => {
      if (recipe instanceof LeaseholdError) return [];
      const { bits } = strengthOf(recipe);
      if (bits >= leastEntropyBits) return [];
      return [{ resource, problem: `passwords of length ${recipe.length} have ${Math.max(0, Math.floor(bits))} bits` }];
    }),
};
