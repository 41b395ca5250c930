import {
  becauseOf,
  connectionType,
  isAuthMethod,
  isLoginRole,
  isMount,
  isPkiAuthority,
  nameOf,
  roleType,
  staticRoleType,
} from "../attributes";
import { changeRule } from "../rule";
import { hasRuleOfItsOwn } from "../stored";

/** Types whose replacement has a rule of its own. */
const own = new Set(["vault_audit", "vault_policy", "vault_namespace", connectionType, roleType, staticRoleType]);

export const replaced = changeRule("replaced", "Something is made anew", (change) => {
  const { type, action, before, address } = change;
  if (action !== "replace" || own.has(type)) return undefined;
  if (isMount(type) || isAuthMethod(type) || isPkiAuthority(type)) return undefined;
  if (hasRuleOfItsOwn(change)) return undefined;
  const name = nameOf(before, address);
  if (isLoginRole(type)) {
    return {
      risk: "dangerous",
      what: `the login role ${name} is destroyed and made anew${becauseOf(change)}`,
      why: type.startsWith("vault_approle")
        ? "every SecretID of it ends, and its RoleID changes unless it is declared"
        : "nobody logs in by it in between, and what names it by its old name is refused",
      remedy: "declare the new role beside it, move those who log in, and remove this one then",
    };
  }
  const isIdentity = type.startsWith("vault_identity_");
  return {
    risk: isIdentity ? "dangerous" : "careful",
    what: `${type} ${name} is destroyed and made anew${becauseOf(change)}`,
    why: isIdentity
      ? "its id changes: aliases, memberships and tokens that hold the old one lose what it gave"
      : "it is gone for a moment, and whatever the server itself has added to it is gone for good",
    remedy: "see that nothing needs it in between, or declare the new one beside it",
  };
});
