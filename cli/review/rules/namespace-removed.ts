import { becauseOf, isGone, pathOf } from "../attributes";
import { changeRule } from "../rule";

/** @see https://developer.hashicorp.com/vault/api-docs/system/namespaces#delete-namespace */
export const namespaceRemoved = changeRule("namespace-removed", "A namespace is removed or made anew", (change) => {
  const { type, action, before, address } = change;
  if (type !== "vault_namespace" || !isGone(change)) return undefined;
  const path = pathOf(before) ?? address;
  const why =
    "all that lies in it ends, what nobody declared too: mounts with their leases and secrets, logins with their tokens, policies, entities";
  if (action === "replace") {
    return {
      risk: "blocked",
      what: `the namespace ${path} is destroyed and made anew${becauseOf(change)}`,
      why,
      remedy: "declare a second namespace beside it, move there what it holds, and remove this one when it is empty",
    };
  }
  return {
    risk: "dangerous",
    what: `the namespace ${path} is destroyed`,
    why,
    remedy:
      "see that nothing in it is used, and what there is in it that was not declared (vault secrets list, vault auth list)",
  };
});
