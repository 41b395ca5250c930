import { isKept, listOf, nameOf, roleType } from "../attributes";
import { changeRule } from "../rule";

export const revocationRemoved = changeRule(
  "revocation-removed",
  "A role loses its revocation statements",
  (change) => {
    const { type, before, after, address, unknown } = change;
    if (type !== roleType || !isKept(change) || unknown.includes("revocation_statements")) return undefined;
    const filled = (side: typeof before) => listOf(side, "revocation_statements").some((item) => item.trim() !== "");
    if (!filled(before) || filled(after)) return undefined;
    return {
      risk: "blocked",
      what: `the role ${nameOf(before, address)} loses its revocation statements`,
      why: "Vault falls back to what its plug-in does, which fails on users that own something or hold privileges elsewhere: they stay, with their sessions",
      remedy: "declare revocation statements; a role's preset has them",
    };
  },
);
