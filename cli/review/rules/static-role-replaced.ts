import { becauseOf, nameOf, staticRoleType, textOf } from "../attributes";
import { changeRule } from "../rule";

/** Vault rotates the password when a static role is made. https://developer.hashicorp.com/vault/docs/secrets/databases#static-roles */
export const staticRoleReplaced = changeRule("static-role-replaced", "A static role is made anew", (change) => {
  if (change.type !== staticRoleType || change.action !== "replace") return undefined;
  const [old, now] = [textOf(change.before, "username"), textOf(change.after, "username")];
  return {
    risk: "dangerous",
    what: `the static role ${nameOf(change.before, change.address)} is destroyed and made anew${becauseOf(change)}`,
    why:
      old === now
        ? "Vault rotates the password at once: whoever holds the old one is locked out"
        : `Vault takes over ${now ?? "another user"}, whose password it rotates at once, and nobody rotates ${old ?? "the old one"} any more`,
    remedy: "see that every holder reads the password anew when it is refused, and apply when that may happen",
  };
});
