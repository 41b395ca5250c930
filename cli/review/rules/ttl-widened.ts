import { blockOf, isKept, isPkiAuthority, listed, secondsOf, timeWords } from "../attributes";
import type { Attributes } from "../plan";
import { changeRule } from "../rule";

/** What 0 means: the server's default, no limit at all, or that there is no such thing. */
type Zero = "default" | "unlimited" | "off";

/** Lengths of time for which something can be used. */
const lengths: Readonly<Record<string, Zero>> = {
  default_ttl: "default",
  max_ttl: "default",
  ttl: "default",
  default_lease_ttl: "default",
  max_lease_ttl: "default",
  default_lease_ttl_seconds: "default",
  max_lease_ttl_seconds: "default",
  token_ttl: "default",
  token_max_ttl: "default",
  token_explicit_max_ttl: "unlimited",
  token_period: "off",
  secret_id_ttl: "unlimited",
  rotation_period: "off",
  default_sts_ttl: "default",
  max_sts_ttl: "default",
};

/** https://developer.hashicorp.com/vault/docs/configuration#max_lease_ttl */
const serverDefault = 768 * 3600;

export const ttlWidened = changeRule("ttl-widened", "Something may be used for longer", (change) => {
  const { type, before, after, unknown } = change;
  if (!isKept(change) || !type.startsWith("vault_") || isPkiAuthority(type)) return undefined;
  const wider = [
    ...widened(before, after, unknown, ""),
    ...widened(
      blockOf(before, "tune"),
      blockOf(after, "tune"),
      unknown.includes("tune") ? Object.keys(lengths) : [],
      "tune.",
    ),
  ];
  if (wider.length === 0) return undefined;
  return {
    risk: "careful",
    what: listed(wider),
    why: "what is issued from then on can be used for longer, also by whoever steals it",
    remedy: "see that it is meant, and that nothing shorter does",
  };
});

function widened(
  before: Attributes | undefined,
  after: Attributes | undefined,
  unknown: readonly string[],
  prefix: string,
): string[] {
  if (before === undefined || after === undefined) return [];
  return Object.entries(lengths).flatMap(([name, zero]) => {
    if (unknown.includes(name)) return [];
    const [old, now] = [secondsOf(before[name] ?? 0), secondsOf(after[name] ?? 0)];
    if (old === undefined || now === undefined || effective(now, zero) <= effective(old, zero)) return [];
    return [`${prefix}${name} ${words(old, zero)} -> ${words(now, zero)}`];
  });
}

function effective(seconds: number, zero: Zero): number {
  if (seconds > 0) return seconds;
  return { default: serverDefault, unlimited: Infinity, off: 0 }[zero];
}

function words(seconds: number, zero: Zero): string {
  if (seconds > 0) return timeWords(seconds);
  return { default: "the default", unlimited: "without limit", off: "none" }[zero];
}
