import { becauseOf, leasePrefix, nameOf, roleType } from "../attributes";
import { changeRule } from "../rule";

export const roleReplaced = changeRule("role-replaced", "A database role is made anew", (change) => {
  if (change.type !== roleType || change.action !== "replace") return undefined;
  return {
    risk: "dangerous",
    what: `the role ${nameOf(change.before, change.address)} is destroyed and made anew${becauseOf(change)}`,
    why: "its leases are left without their role: nothing renews them, and they are revoked by the statements of the day they were issued",
    remedy: `revoke them first (vault lease revoke -prefix ${leasePrefix(change.before)}), or declare the new role beside this one`,
  };
});
