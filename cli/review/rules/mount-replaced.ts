import { becauseOf, isMount, pathOf, whatAwsKeeps } from "../attributes";
import { changeRule } from "../rule";
import { lossOfMount } from "../stored";

/** Vault revokes every lease of a mount that moves. https://developer.hashicorp.com/vault/docs/concepts/mount-migration */
export const mountReplaced = changeRule("mount-replaced", "A secrets engine moves or is made anew", (change) => {
  const { type, action, before, after } = change;
  if (!isMount(type)) return undefined;
  const [old, now] = [pathOf(before), pathOf(after)];
  if (action === "replace") {
    return {
      risk: "blocked",
      what: `the secrets engine at ${old ?? "its path"} is destroyed and made anew${becauseOf(change)}`,
      why: `${lossOfMount(before) ?? "every lease below it ends with its users, and whatever is stored in it is gone"}${whatAwsKeeps(type)}`,
      remedy:
        "mount another one beside it, move its users there, and remove this one when nothing uses it; or keep what it would be replaced for",
    };
  }
  if (action !== "update" || old === now || change.unknown.includes("path")) return undefined;
  return {
    risk: "blocked",
    what: `the secrets engine at ${old ?? "?"} moves to ${now ?? "?"}`,
    why: "Vault revokes every lease of a mount that moves, and whoever asks at the old path is refused",
    remedy: "mount another one at the new path, move its users there, and remove this one when nothing uses it",
  };
});
