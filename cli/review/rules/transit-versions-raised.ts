import { isKept, nameOf } from "../attributes";
import type { Attributes } from "../plan";
import { changeRule } from "../rule";
import { transitKeyType } from "../transit-keys";

const name = "min_decryption_version";

export const transitVersionsRaised = changeRule(
  "transit-versions-raised",
  "Older versions of a key count no more",
  (change) => {
    const { type, before, after, address } = change;
    if (type !== transitKeyType || !isKept(change)) return undefined;

    const [old, now] = [versionOf(before), versionOf(after)];
    if (now <= old) return undefined;
    return {
      risk: "dangerous",
      what: `${name} of the key ${nameOf(before, address)} rises from ${old} to ${now}`,
      why: "what an older version encrypted can't be decrypted and what it signed can't be verified, until it is lowered again",
      remedy: "rewrap what is encrypted to the latest version first, and see that the key has that version",
    };
  },
);

function versionOf(attributes: Attributes | undefined): number {
  const value = attributes?.[name];
  return typeof value === "number" ? value : 1;
}
