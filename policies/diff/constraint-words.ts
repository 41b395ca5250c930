import type { Duration } from "../../constructs/core/duration";
import type { ParameterValue, ParameterValues, PolicyRule } from "../language/policy-rule";

/** What rules on one pattern demand of a request beyond its capability, in words; empty where they demand nothing. */
export function constraintWords(rules: readonly PolicyRule[]): string[] {
  const words = rules.flatMap((rule) => [
    ...(rule.requiredParameters ?? []).map((name) => `only with ${name}`),
    ...allowedWords(rule.allowedParameters ?? {}),
    ...deniedWords(rule.deniedParameters ?? {}),
    ...(rule.minWrappingTtl === undefined ? [] : [`only with the answer wrapped for ${rule.minWrappingTtl} at least`]),
    ...(rule.maxWrappingTtl === undefined ? [] : [`only with the answer wrapped for ${rule.maxWrappingTtl} at most`]),
  ]);
  return [...new Set(words)];
}

function allowedWords(allowed: ParameterValues): string[] {
  const names = Object.keys(allowed);
  const restricted = Object.entries(allowed).filter(([name, values]) => name !== "*" && values.length > 0);
  return [
    ...(names.length === 0 || names.includes("*") ? [] : [`with no parameter but ${names.join(", ")}`]),
    ...restricted.map(([name, values]) => `with ${name} ${orList(values)} only`),
  ];
}

function deniedWords(denied: ParameterValues): string[] {
  return Object.entries(denied).map(([name, values]) => {
    if (name === "*") return "without parameters";
    return values.length === 0 ? `without ${name}` : `with ${name} other than ${orList(values)}`;
  });
}

/** Values as a policy has them, `"1h" or "2h"`. */
export function orList(values: readonly ParameterValue[]): string {
  return values.map((value) => JSON.stringify(value)).join(" or ");
}

/** How answers may be wrapped that could not be before, under the rules that now allow it. */
export function wrappingWords(ttls: readonly (Duration | undefined)[], rules: readonly PolicyRule[]): string {
  const limits = rules.flatMap(({ minWrappingTtl: least, maxWrappingTtl: most }) => [
    ...(least === undefined ? [] : [`${least} at least`]),
    ...(most === undefined ? [] : [`${most} at most`]),
  ]);
  return [
    ...(ttls.includes(undefined) ? ["unwrapped"] : []),
    ...(ttls.some((ttl) => ttl !== undefined) ? [`wrapped for ${limits.join(" and ") || "any time"}`] : []),
  ].join(" or ");
}
