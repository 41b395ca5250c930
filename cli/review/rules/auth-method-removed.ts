import { becauseOf, isAuthMethod, isGone, pathOf, textOf } from "../attributes";
import { changeRule } from "../rule";

/** Tokens end with the method that issued them. https://developer.hashicorp.com/vault/docs/auth */
export const authMethodRemoved = changeRule(
  "auth-method-removed",
  "A login method is removed, moved or made anew",
  (change) => {
    const { type, action, before, after, unknown } = change;
    if (!isAuthMethod(type)) return undefined;
    const kind = textOf(before, "type") ?? /^vault_(\w+)_auth_backend$/.exec(type)?.[1] ?? "login method";
    const path = pathOf(before) ?? kind;
    const why = "every token that it issued ends, and every lease that such a token asked for";
    if (isGone(change)) {
      const again = action === "replace";
      return {
        risk: "dangerous",
        what: `the login method auth/${path} (${kind}) is removed${again ? ` and made anew${becauseOf(change)}` : ""}`,
        why: `${why}${again ? "; its accessor changes, which identity aliases and templated policies name" : "; nobody logs in by it any more"}`,
        remedy: "mount another one beside it, move those who log in, and remove this one when no token of it lives",
      };
    }
    const now = pathOf(after);
    if (action !== "update" || now === undefined || now === pathOf(before) || unknown.includes("path"))
      return undefined;
    return {
      risk: "dangerous",
      what: `the login method auth/${path} (${kind}) moves to auth/${now}`,
      why: `${why}; logins at the old path are refused`,
      remedy: "mount another one at the new path, move those who log in, and remove this one when no token of it lives",
    };
  },
);
