import { isKept, isUnset, listOf, listed } from "../attributes";
import type { RiskClass } from "../finding";
import type { Attributes, ResourceChange } from "../plan";
import { changeRule } from "../rule";

/** Lists that say who may log in or from where; an empty one bounds nothing. */
const lists =
  /^(token_bound_cidrs|secret_id_bound_cidrs|bound_cidrs|bound_audiences|bound_service_account_(names|namespaces|namespace_selector)|bound_(iam|ec2|ami|account|region|vpc|subnet|group|service|subscription|resource|location|scale|project|zone|instance|label)\w*|allowed_(common_names|dns_sans|email_sans|uri_sans|organizational_units|entity_aliases)|allowed_redirect_uris)$/;

/** Texts that bound a login; without one anybody fits. */
const texts = ["bound_subject", "audience", "bound_claims_type", "groupfilter", "userfilter"];

interface Widening {
  readonly words: string;
  readonly risk: RiskClass;
}

export const loginBoundsWidened = changeRule("login-bounds-widened", "More may log in, or by less", (change) => {
  const { type } = change;
  if (!isKept(change) || !/_auth_backend/.test(type)) return undefined;
  const wider = [...ofLists(change), ...ofTexts(change), ...ofClaims(change), ...ofUses(change)];
  if (wider.length === 0) return undefined;
  const risk = wider.some((each) => each.risk === "dangerous") ? "dangerous" : "careful";
  return {
    risk,
    what: wider.map(({ words }) => words).join("; "),
    why: "who could not log in before can do so then, and gets the role's policies",
    remedy: "see that it is meant, and bound as narrowly as those who log in allow",
  };
});

function ofLists({ before, after, unknown }: ResourceChange): Widening[] {
  const names = Object.keys(before ?? {}).filter((name) => lists.test(name) && !unknown.includes(name));
  return names.flatMap((name): Widening[] => {
    const [old, now] = [listOf(before, name), listOf(after, name)];
    const added = now.filter((each) => !old.includes(each));
    // An empty list of addresses for OIDC's answers lets none through, unlike the others.
    if (old.length > 0 && now.length === 0) {
      return name === "allowed_redirect_uris"
        ? []
        : [{ words: `${name} no longer bounds it (was ${listed(old, 4)})`, risk: "dangerous" }];
    }
    if (old.length === 0 && name !== "allowed_redirect_uris") return [];
    if (added.length === 0) return [];
    const any = added.some((each) => /^\*$|^(0\.0\.0\.0|::)\/0$/.test(each));
    return [{ words: `${name} gains ${listed(added, 4)}`, risk: any ? "dangerous" : "careful" }];
  });
}

function ofTexts({ before, after, unknown }: ResourceChange): Widening[] {
  return texts
    .filter((name) => !unknown.includes(name) && !isUnset(before?.[name]) && isUnset(after?.[name]))
    .map((name) => ({ words: `${name} no longer bounds it`, risk: "dangerous" as const }));
}

/** Claims must all fit, each one of its values. */
function ofClaims({ before, after, unknown }: ResourceChange): Widening[] {
  if (unknown.includes("bound_claims")) return [];
  const [old, now] = [claimsOf(before), claimsOf(after)];
  const glob = before?.["bound_claims_type"] === "string" && after?.["bound_claims_type"] === "glob";
  return [
    ...Object.entries(old).flatMap(([claim, values]): Widening[] => {
      const later = now[claim];
      if (later === undefined) return [{ words: `the claim ${claim} no longer bounds it`, risk: "dangerous" }];
      const added = later.filter((value) => !values.includes(value));
      return added.length === 0
        ? []
        : [{ words: `the claim ${claim} may also be ${listed(added, 4)}`, risk: "careful" }];
    }),
    ...(glob ? [{ words: "its claims may hold wildcards", risk: "careful" as const }] : []),
  ];
}

function claimsOf(attributes: Attributes | undefined): Record<string, string[]> {
  const claims = attributes?.["bound_claims"];
  if (typeof claims !== "object" || claims === null) return {};
  return Object.fromEntries(
    Object.entries(claims).map(([claim, value]) => [
      claim,
      String(value)
        .split(",")
        .map((each) => each.trim()),
    ]),
  );
}

/** 0 is without limit. */
function ofUses({ before, after, unknown }: ResourceChange): Widening[] {
  return ["secret_id_num_uses", "token_num_uses"].flatMap((name): Widening[] => {
    const [old, now] = [Number(before?.[name] ?? 0), Number(after?.[name] ?? 0)];
    if (unknown.includes(name) || old === 0 || (now !== 0 && now <= old)) return [];
    return now === 0
      ? [{ words: `${name} ${old} -> without limit`, risk: "dangerous" }]
      : [{ words: `${name} ${old} -> ${now}`, risk: "careful" }];
  });
}
