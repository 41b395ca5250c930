import { parsePasswordPolicy } from "../../../policies/passwords/parse-password-policy";
import type { PasswordRecipe } from "../../../policies/passwords/password-strength";
import { LeaseholdError } from "../../core/errors";
import { resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";

export const passwordPolicyPage = "https://developer.hashicorp.com/vault/docs/concepts/password-policies";

/** The password policies whose text is known, each as it was read or why it can't be. */
export function passwordPoliciesOf(
  declaration: Declaration,
): { readonly resource: DeclaredResource; readonly recipe: PasswordRecipe | LeaseholdError }[] {
  return resourcesOf(declaration, "vault_password_policy").flatMap((resource) => {
    const text = textOf(resource.arguments, "policy");
    return text === undefined || text.includes("${") ? [] : [{ resource, recipe: read(text) }];
  });
}

function read(text: string): PasswordRecipe | LeaseholdError {
  try {
    return parsePasswordPolicy(text, "policy");
  } catch (thrown) {
    if (thrown instanceof LeaseholdError) return thrown;
    throw thrown;
  }
}
