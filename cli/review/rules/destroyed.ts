import {
  connectionType,
  isAuthMethod,
  isLoginRole,
  isMount,
  isPkiAuthority,
  isPkiSetting,
  leasePrefix,
  nameOf,
  pathOf,
  roleType,
  staticRoleType,
  textOf,
  whatAwsKeeps,
} from "../attributes";
import type { ReviewFinding } from "../finding";
import type { ResourceChange } from "../plan";
import { changeRule } from "../rule";
import { hasRuleOfItsOwn, lossOfMount } from "../stored";

type Said = Omit<ReviewFinding, "rule" | "address">;

/** Types that have rules of their own, as login methods have. */
const own = new Set(["vault_audit", "vault_policy", "vault_namespace"]);

export const destroyed = changeRule("destroyed", "Something is destroyed", (change) => {
  const { type, action } = change;
  if (action !== "delete" || own.has(type) || isAuthMethod(type)) return undefined;
  if (isPkiAuthority(type) || isPkiSetting(type, change.before) || hasRuleOfItsOwn(change)) return undefined;
  return said(change);
});

function said({ type, address, before }: ResourceChange): Said {
  const name = nameOf(before, address);
  if (isMount(type)) {
    return {
      risk: "dangerous",
      what: `the secrets engine at ${pathOf(before) ?? name} is destroyed`,
      why: `${lossOfMount(before) ?? "every lease below it ends with its users, and whatever is stored in it is gone"}${whatAwsKeeps(type)}`,
      remedy: "see that nothing uses it, and end its leases first: leasehold destroy does so in the right order",
    };
  }
  if (type === connectionType) {
    return {
      risk: "dangerous",
      what: `the connection ${name} is destroyed`,
      why: "leases that still live can't be revoked without it: their users stay in the database",
      remedy: "revoke the leases of its roles and remove the roles first",
    };
  }
  if (type === roleType) {
    return {
      risk: "dangerous",
      what: `the role ${name} is destroyed`,
      why: "its leases can't be renewed any more, and are revoked by the statements of the day they were issued",
      remedy: `revoke them first (vault lease revoke -prefix ${leasePrefix(before)}), and see that nothing asks for it`,
    };
  }
  if (type === staticRoleType) {
    return {
      risk: "dangerous",
      what: `the static role ${name} is destroyed`,
      why: `nobody rotates the password of ${textOf(before, "username") ?? "its user"} any more, and the last one stays good`,
      remedy: "set that user's password by hand afterwards, or drop the user",
    };
  }
  if (isLoginRole(type)) {
    return {
      risk: "dangerous",
      what: `the login role ${name} is destroyed`,
      why: "nobody logs in by it any more; its tokens live on until they expire, and can't be renewed",
      remedy: "see that nothing logs in by it, and revoke its tokens where they must end now",
    };
  }
  if (type === "vault_password_policy") {
    return {
      risk: "dangerous",
      what: `the password policy ${name} is destroyed`,
      why: "whatever names it can't make a password any more: no credentials are issued and nothing is rotated",
      remedy: "see that no connection names it",
    };
  }
  if (/^vault_identity_(entity|group)$/.test(type)) {
    return {
      risk: "dangerous",
      what: `the ${type.endsWith("entity") ? "entity" : "group"} ${name} is destroyed`,
      why: "whoever holds policies by it alone loses them at once",
      remedy: "see that nobody needs it any more",
    };
  }
  return {
    risk: "careful",
    what: `${type} ${name} is destroyed`,
    why: "whatever uses it is refused from then on",
    remedy: "see that nothing uses it",
  };
}
