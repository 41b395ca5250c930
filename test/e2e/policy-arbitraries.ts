import fc from "fast-check";
import type { Duration } from "../../constructs/core/duration";
import { type Capability, capabilities } from "../../policies/language/capability";
import type { Identity } from "../../policies/evaluator/identity";
import type { ParameterValue, PolicyRule } from "../../policies/language/policy-rule";
import { type PolicyServer, unknownCapabilities } from "../../policies/evaluator/policy-server";

/** `value`, once in a while. */
function seldom<T>(value: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });
}

/** `usual`, and for one time in eight one of the others. */
function mostly<T>(usual: fc.Arbitrary<T>, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

function rules(
  fields: { readonly [F in keyof Omit<PolicyRule, "reason">]: fc.Arbitrary<PolicyRule[F]> },
  most: number,
) {
  const rule = fc.record({ ...fields, reason: fc.constant("random") }, { noNullPrototype: true });
  return fc.array(rule, { minLength: 1, maxLength: most });
}

function record<V>(key: fc.Arbitrary<string>, value: fc.Arbitrary<V>): fc.Arbitrary<Record<string, V>> {
  return fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true });
}

/** Few words, so that patterns overlap and paths hit them. */
const word = fc.constantFrom("a", "b", "ab", "abc", "creds", "x", "é");
const odd = ["", "+a", "a+", "*a"] as const;
const ending = fc.constantFrom("", "", "*", "/*", "/");
const pattern = fc
  .tuple(
    mostly(word, "+", "/a", "a+", ""),
    fc.array(mostly(fc.oneof(word, word, fc.constant("+")), ...odd), { maxLength: 3 }),
    ending,
  )
  .map(([first, rest, end]) => wholePlus([first, ...rest].join("/"), end));
const path = fc
  .tuple(word, fc.array(mostly(word, "+", ...odd), { maxLength: 4 }), fc.constantFrom("", "", "/"))
  .map(([first, rest, end]) => `${[first, ...rest].join("/")}${end}`);

/** With `+*` the servers refuse the whole policy. */
function wholePlus(text: string, end: string): string {
  return text.endsWith("+") && end === "*" ? text : `${text}${end}`;
}

function someCapabilities(server: PolicyServer): fc.Arbitrary<Capability[]> {
  const known = capabilities.filter((each) => !unknownCapabilities[server].includes(each));
  return fc.uniqueArray(fc.constantFrom(...known), { minLength: 1, maxLength: 4 });
}

/** Sets of policies, and paths to ask about. */
export function arbitraryPolicies(server: PolicyServer, paths: number): fc.Arbitrary<[PolicyRule[][], string[]]> {
  return fc.tuple(
    fc.array(rules({ path: pattern, capabilities: someCapabilities(server) }, 6), { minLength: 1, maxLength: 3 }),
    fc.uniqueArray(path, { minLength: paths, maxLength: paths }),
  );
}

/** Below a mount: what is there, what is not, and patterns on both. */
export const trialPaths = { present: ["old/a", "old/b"], absent: ["new/a", "new/b"] } as const;
const trialPatterns = ["old/a", "old/+", "old/*", "new/a", "new/+", "new*", "+/a", "+/+", "*", "old/", "old"];

/** Values that a rule and a request may have alike, so that they meet. */
const text = fc.constantFrom("a", "ab", "abc", "", "a,b", "ab, abc", " a", "*", "**", "A", "x");
const texts = fc.constantFrom("a*", "*b", "*b*", "{{identity.entity.name}}");
const nested = fc.constantFrom<ParameterValue[]>(
  ...[5, 1.5, "5", true, false, ["a", "b"], ["a", true], ["a*"], [], [["a"]], [5]],
  ...[{ k: "a" }, { k: ["a"] }, { k: { m: "a" } }, [{ k: "a" }], [{ k: { m: "a" } }], { k: [{ m: "a" }] }],
);
const parameter = fc.constantFrom("foo", "bar", "baz");
const values = record(mostly(parameter, "*", "Qux"), fc.array(fc.oneof(text, text, texts, nested), { maxLength: 3 }));
const every: Capability[] = ["create", "read", "update", "patch", "delete", "list"];
const denial: Capability[] = ["deny"];
const ttl = fc.constantFrom<Duration[]>("1m", "2m", "3m");

/** Sets of policies on paths below a mount, with constraints. */
export function arbitraryConstraints(mount: string): fc.Arbitrary<PolicyRule[][]> {
  const rule = {
    path: fc.constantFrom(...trialPatterns).map((each) => `${mount}/${each}`),
    capabilities: mostly(fc.oneof(fc.constant(every), fc.constant(every), fc.subarray(every)), denial),
    allowedParameters: seldom(values, 4),
    deniedParameters: seldom(values, 3),
    requiredParameters: seldom(fc.uniqueArray(fc.constantFrom("foo", "Bar"), { maxLength: 2 })),
    minWrappingTtl: seldom(ttl),
    maxWrappingTtl: seldom(ttl),
  };
  const sound = rules(rule, 3).map((all) => all.map(withSoundWrapping));
  return fc.array(sound, { minLength: 1, maxLength: 3 });
}

/** One rule may not want more than it allows; two of them may. */
function withSoundWrapping(rule: PolicyRule): PolicyRule {
  const { minWrappingTtl: min, maxWrappingTtl: max } = rule;
  return min !== undefined && max !== undefined && min > max ? { ...rule, minWrappingTtl: max } : rule;
}

/** A request for a path below a mount; one that creates is for a path that is not there. */
export function arbitraryRequest(mount: string): fc.Arbitrary<TrialRequest> {
  const given = fc.oneof<fc.Arbitrary<unknown>[]>(text, text, texts, nested, fc.constantFrom<unknown[]>(null, {}));
  const written = record(mostly(parameter, "Foo", "qux", "other"), given);
  const queried = record(parameter, mostly<string | string[]>(text, ["a", "b"], ["ab", "x"]));
  const request = fc.constantFrom(...every, "create", "update", "patch").chain((capability) =>
    fc.record({
      capability: fc.constant(capability),
      path: fc
        .constantFrom(...trialPaths[capability === "create" ? "absent" : "present"])
        .map((each) => (capability === "list" ? `${mount}/old` : `${mount}/${each}`)),
      parameters: ["list", "delete"].includes(capability)
        ? fc.constant(undefined)
        : capability === "read"
          ? queried
          : written,
      wrapTtl: seldom(ttl, 2),
    }),
  );
  return request as fc.Arbitrary<TrialRequest>;
}

export interface TrialRequest {
  readonly path: string;
  readonly capability: "create" | "read" | "update" | "patch" | "delete" | "list";
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly wrapTtl?: Duration | undefined;
}

/** What stands in templates: words, and what is part of a path's syntax. */
const filling = fc.constantFrom("a", "b", "ab", "a/b", "a*", "*", "+", "", "a+b", "/");
export function arbitraryMetadata({ empty = true } = {}): fc.Arbitrary<Record<string, string>> {
  const value = empty ? filling : filling.filter((each) => each !== "");
  return record(fc.constantFrom("k", "l", "k-l"), value);
}

/** Paths with templates that name what `identity` has, and what it has not. */
export function arbitraryTemplates(mount: string, identity: Identity): fc.Arbitrary<PolicyRule[]> {
  const aliases = Object.keys(identity.entity?.aliases ?? {}).map((path) => `identity.entity.aliases.@${path}`);
  const groups = (identity.groups ?? []).flatMap(({ id = "", name = "" }) => [
    `identity.groups.ids.${id}`,
    `identity.groups.names.${name}`,
  ]);
  const there = [
    ...["id", "name", "metadata.k", "metadata.l", "metadata.k-l"].map((each) => `identity.entity.${each}`),
    ...aliases.flatMap((alias) => ["id", "name", "custom_metadata.k"].map((each) => `${alias}.${each}`)),
    ...groups.flatMap((group) => ["id", "name", "metadata.k"].map((each) => `${group}.${each}`)),
  ];
  const missing = [
    ...["metadata.none", "metadata", "groups.names", "none", "aliases.@none.name", "aliases.none"].map(
      (each) => `identity.entity.${each}`,
    ),
    ...[...aliases, ...groups].flatMap((each) => [`${each}.metadata.none`, `${each}.none`, `${each}.custom_metadata`]),
    ...["groups.names.none.name", "groups.names", "groups.ids", "none.name"].map((each) => `identity.${each}`),
    "none",
    "",
  ];
  const selector = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...there) },
    { weight: 1, arbitrary: fc.constantFrom(...missing) },
  );
  const template = fc
    .tuple(fc.constantFrom("", " ", "  "), selector)
    .map(([space, each]) => `{{${space}${each}${space}}}`);
  const joined = fc.tuple(fc.constantFrom("", "a"), template, fc.constantFrom("", "b")).map((parts) => parts.join(""));
  const piece = fc.oneof(template, template, joined, word, fc.constant("+"));
  const path = fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), ending)
    .map(([pieces, end]) => wholePlus([mount, ...pieces].join("/"), end));
  const capability = fc.subarray<Capability>(["read", "list", "update", "deny"], { minLength: 1, maxLength: 2 });
  return rules({ path, capabilities: capability }, 8);
}
