import { engineOf, isKept, isPkiSetting, listed } from "../attributes";
import type { Attributes } from "../plan";
import { changeRule } from "../rule";
import { describedSecret } from "../stored";

export const secretSent = changeRule("secret-sent", "A secret is sent again", (change) => {
  if (!isKept(change) || !change.type.startsWith("vault_")) return undefined;
  if (isPkiSetting(change.type, change.after)) return undefined; // sensitive to the provider alone
  // The provider calls whatever an endpoint is told sensitive; what is said about a secret is none.
  if (describedSecret(change.type, change.before) !== undefined) return undefined;
  const changed = change.sensitive.filter(({ changes }) => changes).map(({ name }) => name);
  const names = [...new Set([...changed, ...newVersions(change.before, change.after)])];
  if (names.length === 0) return undefined;
  return {
    risk: "careful",
    what: `a secret is sent again: ${listed(names)}`,
    why: "the server takes it in place of what it holds, which it may have rotated since",
    remedy: "see that it is the one that counts now; its value is not shown",
  };
});

/** Write-only arguments are in no plan; their versions are. */
function newVersions(before: Attributes | undefined, after: Attributes | undefined): string[] {
  const sides = [
    [before, after],
    [engineOf(before)?.settings, engineOf(after)?.settings],
  ] as const;
  return sides.flatMap(([old, now]) =>
    Object.keys(now ?? {})
      .filter((name) => /_wo_version$/.test(name) && (now?.[name] ?? 0) !== (old?.[name] ?? 0))
      .map(
        (name) =>
          `${name.replace(/_version$/, "")} (version ${versionWords(old?.[name])} -> ${versionWords(now?.[name])})`,
      ),
  );
}

function versionWords(value: unknown): string {
  return typeof value === "number" ? String(value) : "none";
}
