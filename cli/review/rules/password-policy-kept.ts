import { blockOf, nameOf, roleType, staticRoleType, textOf } from "../attributes";
import type { Attributes } from "../plan";
import { changeRule } from "../rule";

/**
 * Vault takes the absence of a password policy for no change. What the plan calls an update leaves the role as it was.
 *
 * https://developer.hashicorp.com/vault/api-docs/secret/databases#credential_config
 */
export const passwordPolicyKept = changeRule(
  "password-policy-kept",
  "A role can't be told to forget its policy",
  (change) => {
    const { type, action, before, after, address, unknown } = change;
    if (![roleType, staticRoleType].includes(type) || action !== "update" || unknown.includes("credential_config")) {
      return undefined;
    }
    const [old, now] = [policyOf(before), policyOf(after)];
    if (old === undefined || now !== undefined) return undefined;
    return {
      risk: "dangerous",
      what: `the role ${nameOf(before, address)} names the password policy ${old} no more, and Vault keeps it`,
      why: "the role goes on asking for it, and issues nothing once that policy is gone",
      remedy: "have it name a policy with Vault's own rule, 20 letters, digits and -, instead of none",
    };
  },
);

function policyOf(attributes: Attributes | undefined): string | undefined {
  return textOf(blockOf(attributes, "credential_config"), "password_policy");
}
