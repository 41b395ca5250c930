import { isWritten, secondsOf, timeWords } from "../attributes";
import { changeRule } from "../rule";

const type = "vault_kv_secret_backend_v2";

/** Vault's own number where none is set. */
const usual = 10;

export const kvHistoryShortened = changeRule("kv-history-shortened", "Fewer versions of secrets are kept", (change) => {
  const { before, after } = change;
  if (change.type !== type || !isWritten(change) || before === undefined) return undefined;
  const [kept, keeps] = [versions(before["max_versions"]), versions(after?.["max_versions"])];
  const [lived, lives] = [
    secondsOf(before["delete_version_after"]) || Infinity,
    secondsOf(after?.["delete_version_after"]) || Infinity,
  ];
  const words = [
    ...(keeps < kept ? [`${keeps} versions of a secret are kept in place of ${kept}`] : []),
    ...(lives < lived ? [`a version is deleted after ${timeWords(lives)}`] : []),
  ];
  if (words.length === 0) return undefined;
  return {
    risk: "dangerous",
    what: words.join("; "),
    why: "older versions are removed for good with the next write of a secret, and a secret that nobody writes anew is gone when its time is up",
    remedy: "see that nobody needs the older versions, and that every secret is written again in time",
  };
});

function versions(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : usual;
}
