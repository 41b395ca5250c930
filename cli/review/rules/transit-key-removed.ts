import { becauseOf, isGone, nameOf } from "../attributes";
import { changeRule } from "../rule";
import { isUndeletable, transitKeyType } from "../transit-keys";

export const transitKeyRemoved = changeRule(
  "transit-key-removed",
  "A key that encrypts or signs is deleted",
  (change) => {
    const { type, action, before, address } = change;
    if (type !== transitKeyType || !isGone(change)) return undefined;
    const what = `the key ${nameOf(before, address)} is deleted${action === "replace" ? ` and made anew${becauseOf(change)}` : ""}`;
    if (isUndeletable(change)) {
      return {
        risk: "blocked",
        what,
        why: "Vault refuses to delete it (deletion_allowed is false), so that the apply would end halfway; whatever it encrypted would be lost",
        remedy:
          "declare another key beside it and move what it encrypted; where it is to go all the same, give it a deletableReason and deploy that first",
      };
    }
    return {
      risk: "dangerous",
      what,
      why: "nobody can decrypt or verify any more what it encrypted or signed",
      remedy: "see that nothing is left that it encrypted",
    };
  },
);
