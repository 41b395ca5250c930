import { isPkiAuthority, pathOf, textOf } from "../attributes";
import { changeRule } from "../rule";

/** The provider writes the new TTL into the state alone. */
export const authorityUnchanged = changeRule(
  "authority-unchanged",
  "A certificate authority is declared to live for another time than it does",
  ({ type, action, before, after, unknown }) => {
    if (!isPkiAuthority(type) || action !== "update" || unknown.includes("ttl")) return undefined;
    if (before?.["ttl"] === after?.["ttl"]) return undefined;
    const name = textOf(before, "issuer_name") ?? textOf(before, "common_name") ?? "?";
    return {
      risk: "careful",
      what: `ttl of the authority ${pathOf(before, "backend") ?? "?"}/${name} changes in the declaration, and nowhere else`,
      why: "a certificate ends when it says: the authority lives as long as before, whatever is declared from now on",
      remedy: "leave ttl as it was, and declare another issuer beside it that lives longer",
    };
  },
);
