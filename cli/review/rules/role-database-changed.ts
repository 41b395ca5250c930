import { isKept, leasePrefix, nameOf, roleType, staticRoleType, textOf } from "../attributes";
import { changeRule } from "../rule";

export const roleDatabaseChanged = changeRule(
  "role-database-changed",
  "A role goes to another connection",
  (change) => {
    const { type, before, after, address, unknown } = change;
    if ((type !== roleType && type !== staticRoleType) || !isKept(change) || unknown.includes("db_name"))
      return undefined;
    const [old, now] = [textOf(before, "db_name"), textOf(after, "db_name")];
    if (old === now) return undefined;
    const what = `the role ${nameOf(before, address)} goes from connection ${old ?? "?"} to ${now ?? "?"}`;
    if (type === staticRoleType) {
      return {
        risk: "dangerous",
        what,
        why: "the next rotation changes a password on the other database, and the old user keeps its last one for ever",
        remedy: "declare a static role of another name for the other database, and remove this one",
      };
    }
    return {
      risk: "blocked",
      what,
      why: "Vault revokes by the role's connection of that day: the users of live leases stay in the old database for ever",
      remedy: `revoke its leases first (vault lease revoke -prefix ${leasePrefix(before)}), or declare a role of another name and remove this one when its leases have ended`,
    };
  },
);
