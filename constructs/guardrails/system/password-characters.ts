import { unsafeIn } from "../../../policies/passwords/charsets";
import { LeaseholdError } from "../../core/errors";
import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { passwordPoliciesOf, passwordPolicyPage } from "./password-policies";

export const passwordCharacters: Guardrail = {
  id: "LH-SYS-012",
  title: "passwords that Vault makes break nothing that they are put into",
  why: "a quote ends a literal of SQL, a $ a block of PostgreSQL, an @ or % is another thing in a URL: some users can't be made, or not log in",
  remedy: "use letters, digits, `-`, `.`, `_` and `~`, and a greater length for what that takes away",
  severity: alwaysError,
  references: [passwordPolicyPage, "https://www.rfc-editor.org/rfc/rfc3986#section-2.3"],
  check: (declaration) =>
    passwordPoliciesOf(declaration).flatMap(({ resource, recipe }) => {
      if (recipe instanceof LeaseholdError) {
        return [{ resource, problem: `${recipe.where}: ${recipe.problem}`, remedy: recipe.remedy }];
      }
      const characters = recipe.charsets.flatMap((charset) => Array.from(charset.characters));
      const unsafe = characters.find((character) => unsafeIn(character) !== undefined);
      if (unsafe === undefined) return [];
      return [{ resource, problem: `a charset has ${JSON.stringify(unsafe)}, which breaks ${unsafeIn(unsafe) ?? ""}` }];
    }),
};
