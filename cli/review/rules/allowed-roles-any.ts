import { connectionType, isWritten, listOf, nameOf } from "../attributes";
import { changeRule } from "../rule";

export const allowedRolesAny = changeRule("allowed-roles-any", "A connection serves any role", (change) => {
  const { type, before, after, address } = change;
  if (type !== connectionType || !isWritten(change)) return undefined;
  if (!listOf(after, "allowed_roles").includes("*") || listOf(before, "allowed_roles").includes("*")) return undefined;
  return {
    risk: "dangerous",
    what: `the connection ${nameOf(after, address)} lets every role of its mount use it (allowed_roles "*")`,
    why: "whoever may write a role there can run any statement as Vault's admin",
    remedy: "name the roles",
  };
});
