import { formatDuration, parseDuration, type Duration } from "../../constructs/core/duration";
import { capabilities, capabilitiesWithParameters } from "./capability";
import { anyParameter, coversValue, distinct, sortedEntries, valuesOf } from "./parameter-values";
import { isUnconditional, type ParameterValue, type ParameterValues, type PolicyRule } from "./policy-rule";

/**
 * One rule of several on one path, the same whatever their order. It allows whatever one of them allows, because each stands for
 * something that was granted: a grant must not stop working when another one is added. One rule can't always say exactly that;
 * it then allows more, never less:
 *
 * - capabilities add up, and `deny` takes everything, as it does on the server;
 * - only rules for requests that have parameters count for these (a rule that lists constrains no update). Of them, one without
 *   allowed parameters leaves any allowed; else the lists and their values add up;
 * - a parameter, or a value of it, stays denied where every rule refuses it, and required where every rule requires it;
 * - the wrapping TTL may be whatever one of the rules lets it be, and wrapping stays demanded where every rule demands it.
 *
 * Vault itself joins rules of several *policies* the other way round: there the constraints of one policy also bind the
 * unconstrained rule of another (allowed parameters, required ones, the lower wrapping TTLs). What a document says of one path
 * is therefore one rule, so that the server has nothing left to join.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#parameter-constraints
 */
export function mergedRule(path: string, rules: readonly PolicyRule[]): PolicyRule {
  const granted = capabilities.filter((each) => rules.some((rule) => rule.capabilities.includes(each)));
  const reason = [...new Set(rules.map((rule) => oneLine(rule.reason)).filter((each) => each !== ""))]
    .sort()
    .join("; ");
  if (granted.includes("deny")) return { path, capabilities: ["deny"], reason };
  // Nearly every rule is such a one, and a policy can have thousands.
  if (rules.every(isUnconditional)) return { path, capabilities: granted, reason };
  const bound = rules.filter((rule) => rule.capabilities.some((each) => capabilitiesWithParameters.includes(each)));
  const parameters = (bound.length > 0 ? bound : rules).map(normalParameters);
  // One that denies every parameter says nothing of a single one, unless all do.
  const open = parameters.filter(({ denied }) => !Object.hasOwn(denied, anyParameter));
  const speaking = open.length > 0 ? open : parameters;
  return definedOnly({
    path,
    capabilities: granted,
    reason,
    allowedParameters: mergedAllowed(speaking),
    deniedParameters: mergedDenied(speaking),
    requiredParameters: nonEmpty(
      parameters.map(({ required }) => required).reduce((all, each) => all.filter((name) => each.includes(name))),
    ),
    ...mergedWrapping(rules),
    subscribeEventTypes: nonEmpty([...new Set(rules.flatMap((rule) => rule.subscribeEventTypes ?? []))].sort()),
  });
}

/** A text without breaks of lines, and without what Terraform would fill in. */
function oneLine(text: string): string {
  const line = text.replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim();
  return line.replace(/([$%])\{/g, "$1 {");
}

interface Parameters {
  /** Undefined where any is allowed. */
  readonly allowed: ParameterValues | undefined;
  readonly denied: ParameterValues;
  readonly required: readonly string[];
}

/** Names in lower case, as the server compares them; an empty list of allowed ones allows any. */
function normalParameters(rule: PolicyRule): Parameters {
  const normal = (values: ParameterValues): ParameterValues =>
    Object.fromEntries(
      sortedEntries(values).map(([name, each]) => [name.toLowerCase(), name === anyParameter ? [] : distinct(each)]),
    );
  const allowed = normal(rule.allowedParameters ?? {});
  return {
    allowed: Object.keys(allowed).length > 0 ? allowed : undefined,
    denied: normal(rule.deniedParameters ?? {}),
    required: [...new Set((rule.requiredParameters ?? []).map((name) => name.toLowerCase()))].sort(),
  };
}

function mergedAllowed(rules: readonly Parameters[]): ParameterValues | undefined {
  const lists = rules.flatMap(({ allowed }) => (allowed === undefined ? [] : [allowed]));
  if (lists.length < rules.length) return undefined;
  return byName(lists, (name) => {
    const given = lists.flatMap((list) => (valuesOf(list, name) === undefined ? [] : [valuesOf(list, name) ?? []]));
    return given.some((values) => values.length === 0) ? [] : distinct(given.flat());
  });
}

function mergedDenied(rules: readonly Parameters[]): ParameterValues | undefined {
  const lists = rules.map(({ denied }) => denied);
  const denied = byName(lists, (name) => {
    const named = lists.flatMap((list) => (Object.hasOwn(list, name) ? [list[name] ?? []] : []));
    if (named.some((values) => values.length === 0) && rules.every((rule) => refuses(rule, name))) return [];
    return nonEmpty(distinct(named.flat()).filter((value) => rules.every((rule) => refuses(rule, name, value))));
  });
  return Object.keys(denied).length > 0 ? denied : undefined;
}

/** Whether a rule refuses a parameter with this value, or with any. */
function refuses({ allowed, denied }: Parameters, name: string, value?: ParameterValue): boolean {
  if (allowed !== undefined && valuesOf(allowed, name) === undefined) return true;
  const values = valuesOf(denied, name);
  if (values === undefined) return false;
  return value === undefined ? values.length === 0 : coversValue(values, value);
}

/** What `values` says of each parameter that one of the lists names. */
function byName(
  lists: readonly ParameterValues[],
  values: (name: string) => readonly ParameterValue[] | undefined,
): ParameterValues {
  const names = [...new Set(lists.flatMap((list) => Object.keys(list)))].sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = values(name);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

function mergedWrapping(rules: readonly PolicyRule[]): Pick<PolicyRule, "minWrappingTtl" | "maxWrappingTtl"> {
  const demanded = rules.every(({ minWrappingTtl, maxWrappingTtl }) => minWrappingTtl ?? maxWrappingTtl);
  if (!demanded) return {};
  const minima = secondsOf(rules.map((rule) => rule.minWrappingTtl));
  const maxima = secondsOf(rules.map((rule) => rule.maxWrappingTtl));
  const min = minima.length === rules.length ? formatDuration(Math.min(...minima)) : undefined;
  const max = maxima.length === rules.length ? formatDuration(Math.max(...maxima)) : undefined;
  // Neither bound is left, but the wrapping is: a second is the shortest that Leasehold can say.
  return { minWrappingTtl: min ?? (max === undefined ? "1s" : undefined), maxWrappingTtl: max };
}

function secondsOf(ttls: readonly (Duration | undefined)[]): number[] {
  return ttls.flatMap((ttl) => (ttl === undefined ? [] : [parseDuration("policy rule", "wrapping TTL", ttl)]));
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function definedOnly(rule: PolicyRule): PolicyRule {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as unknown as PolicyRule;
}
