import { isKept, listed, nameOf, secondsOf } from "../attributes";
import type { Attributes, ResourceChange } from "../plan";
import { changeRule } from "../rule";

/** https://developer.hashicorp.com/vault/docs/concepts/resource-quotas */
export const limitLoosened = changeRule("limit-loosened", "More requests or leases are let through", (change) => {
  if (!/^vault_quota_(?:rate_limit|lease_count)$/.test(change.type) || !isKept(change)) return undefined;
  const looser = change.type === "vault_quota_rate_limit" ? looserRate(change) : looserCount(change);
  if (looser.length === 0) return undefined;
  return {
    risk: "careful",
    what: `the limit ${nameOf(change.before, change.address)} is loosened: ${listed(looser)}`,
    why: "one client may ask for more before it is refused",
    remedy: "see that the server, and the databases behind it, stand that",
  };
});

function looserRate({ before, after, unknown }: ResourceChange): string[] {
  if (unknown.some((name) => ["rate", "interval", "block_interval"].includes(name))) return [];
  const perSecond = (side: Attributes | undefined) => numberOf(side, "rate") / Math.max(1, numberOf(side, "interval"));
  const words = (side: Attributes | undefined) =>
    `${numberOf(side, "rate")} in ${Math.max(1, numberOf(side, "interval"))}s`;
  const blocked = [before, after].map((side) => numberOf(side, "block_interval")) as [number, number];
  return [
    ...(perSecond(after) > perSecond(before) ? [`${words(before)} requests become ${words(after)}`] : []),
    ...(blocked[1] < blocked[0] ? [`a client is shut out for ${blocked[1]}s, no longer ${blocked[0]}s`] : []),
  ];
}

function looserCount({ before, after }: ResourceChange): string[] {
  const [old, now] = [numberOf(before, "max_leases"), numberOf(after, "max_leases")];
  return now > old ? [`${old} leases become ${now}`] : [];
}

function numberOf(attributes: Attributes | undefined, name: string): number {
  return secondsOf(attributes?.[name]) ?? 0;
}
