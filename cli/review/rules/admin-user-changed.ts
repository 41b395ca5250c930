import { connectionType, engineOf, isKept, nameOf, textOf } from "../attributes";
import { changeRule } from "../rule";

/** Since PostgreSQL 16 CREATEROLE alone does not let an admin drop what another one made. https://www.postgresql.org/docs/16/release-16.html */
export const adminUserChanged = changeRule("admin-user-changed", "A connection gets another admin user", (change) => {
  const { type, before, after, address } = change;
  if (type !== connectionType || !isKept(change)) return undefined;
  const [old, now] = [engineOf(before), engineOf(after)];
  if (old === undefined || now === undefined || old.engine !== now.engine) return undefined;
  const [was, is] = [textOf(old.settings, "username"), textOf(now.settings, "username")];
  // A user that comes or goes altogether changes too; so does one that is known after the apply only.
  if (was === is) return undefined;
  const what = `Vault's admin of ${nameOf(before, address)} changes from ${was ?? "none"} to ${is ?? "one that is not known yet"}`;
  if (old.engine === "postgresql" || old.engine === "redshift") {
    return {
      risk: "blocked",
      what,
      why: "from PostgreSQL 16 on, the new admin can't drop the users that the old one made, so that no live lease can be revoked; the plan does not tell the server's version",
      remedy:
        "revoke the leases of its roles first, or grant every live user to the new admin WITH ADMIN OPTION; on PostgreSQL 14 or 15 allow it by its address",
    };
  }
  return {
    risk: "dangerous",
    what,
    why: "live leases are revoked by the new admin, who must be allowed to drop the users that the old one made",
    remedy: "see that the new admin has the old one's privileges, and try a revocation right after the apply",
  };
});
