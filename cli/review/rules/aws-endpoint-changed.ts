import { isKept, pathOf, textOf } from "../attributes";
import { changeRule } from "../rule";

/** Whoever answers there makes up what Vault hands out, and sees which requests Vault signs. */
export const awsEndpointChanged = changeRule("aws-endpoint-changed", "Vault asks another AWS", (change) => {
  const { type, before, after, unknown } = change;
  if (!isKept(change) || type !== "vault_aws_secret_backend") return undefined;
  const changed = ["iam_endpoint", "sts_endpoint"].filter(
    (name) => !unknown.includes(name) && textOf(before, name) !== textOf(after, name),
  );
  if (changed.length === 0) return undefined;
  const words = (value: string | undefined) => value ?? "AWS's own";
  return {
    risk: "dangerous",
    what: `the engine at ${pathOf(before) ?? "its path"} is sent elsewhere: ${changed
      .map((name) => `${name} ${words(textOf(before, name))} -> ${words(textOf(after, name))}`)
      .join("; ")}`,
    why: "its requests, with the names of users and sessions, go to whoever answers there, who makes up what is handed out; users made before can't be deleted there",
    remedy: "see that it is AWS's own or the company's way to it, and end the leases of users first",
  };
});
