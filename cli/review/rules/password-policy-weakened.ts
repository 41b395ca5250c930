import { isKept, nameOf, textOf } from "../attributes";
import { lineDifference } from "../line-difference";
import { changeRule } from "../rule";

/** https://developer.hashicorp.com/vault/docs/concepts/password-policies */
export const passwordPolicyWeakened = changeRule(
  "password-policy-weakened",
  "Generated passwords get weaker",
  (change) => {
    if (change.type !== "vault_password_policy" || !isKept(change) || change.unknown.includes("policy"))
      return undefined;
    const [before, after] = [textOf(change.before, "policy") ?? "", textOf(change.after, "policy") ?? ""];
    const [old, now] = [strengthOf(before), strengthOf(after)];
    const weaker = [
      ...(now.length < old.length ? [`passwords of ${old.length} characters become ${now.length} long`] : []),
      ...(now.signs < old.signs ? [`${old.signs} different characters become ${now.signs}`] : []),
      ...(now.demanded < old.demanded
        ? [`${old.demanded} characters of given kinds were demanded, ${now.demanded} are now`]
        : []),
    ];
    if (weaker.length === 0) return undefined;
    return {
      risk: "dangerous",
      what: `the password policy ${nameOf(change.before, change.address)} weakens: ${weaker.join("; ")}`,
      why: "every password that is generated from then on is easier to guess",
      remedy: "find out what could not take the stronger one, and give that a policy of its own",
      difference: lineDifference(before.split("\n"), after.split("\n")),
    };
  },
);

function strengthOf(policy: string): { length: number; signs: number; demanded: number } {
  const charsets = [...policy.matchAll(/charset\s*=\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? "");
  const least = [...policy.matchAll(/min-chars\s*=\s*(\d+)/g)].map((match) => Number(match[1]));
  return {
    length: Number(/^\s*length\s*=\s*(\d+)/m.exec(policy)?.[1] ?? 0),
    signs: new Set(charsets.join("").replace(/\\(.)/g, "$1")).size,
    demanded: least.reduce((sum, each) => sum + each, 0),
  };
}
