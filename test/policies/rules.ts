import fc from "fast-check";
import { capabilities, type Capability } from "../../policies/language/capability";
import type { PolicyRule } from "../../policies/language/policy-rule";

/** A rule of a test. */
export function rule(
  path: string,
  granted: Capability | readonly Capability[],
  more: Partial<PolicyRule> = {},
): PolicyRule {
  return { path, capabilities: typeof granted === "string" ? [granted] : granted, reason: "a test", ...more };
}

/** Few words, so that patterns overlap and paths hit them. */
const word = fc.constantFrom("a", "b", "ab", "abc", "any", "x");
const segment = fc.oneof({ weight: 4, arbitrary: word }, { weight: 2, arbitrary: fc.constant("+") });

export const randomPattern = fc
  .tuple(word, fc.array(segment, { maxLength: 3 }), fc.constantFrom("", "", "*", "/*", "/"))
  .map(([first, rest, end]) => {
    const text = [first, ...rest].join("/");
    return text.endsWith("+") && end === "*" ? text : `${text}${end}`;
  });

export const randomPath = fc
  .tuple(word, fc.array(word, { maxLength: 4 }), fc.constantFrom("", "", "/"))
  .map(([first, rest, end]) => `${[first, ...rest].join("/")}${end}`);

const parameter = fc.constantFrom("ttl", "role", "*");
const value = fc.constantFrom("1h", "2h", "app-*");
const values = fc.dictionary(parameter, fc.uniqueArray(value, { maxLength: 2 }), { minKeys: 1, maxKeys: 2 });
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 6 });

export const randomRule: fc.Arbitrary<PolicyRule> = fc
  .record({
    path: randomPattern,
    capabilities: fc.uniqueArray(fc.constantFrom(...capabilities), { minLength: 1, maxLength: 3 }),
    allowedParameters: some(values),
    deniedParameters: some(values),
    requiredParameters: some(fc.uniqueArray(fc.constantFrom("ttl", "role"), { minLength: 1, maxLength: 2 })),
    minWrappingTtl: some(fc.constantFrom("1m", "5m" as const)),
    maxWrappingTtl: some(fc.constantFrom("5m", "1h" as const)),
  })
  .map((each) => ({ ...each, reason: "random" }));

/** What a request may have besides its path. */
export const randomDetails = fc.record({
  parameters: fc.dictionary(fc.constantFrom("ttl", "role", "other"), fc.constantFrom("1h", "2h", "app-1", "x"), {
    maxKeys: 2,
  }),
  wrapTtl: fc.constantFrom(undefined, "30s", "1m", "5m", "2h") as fc.Arbitrary<"30s" | undefined>,
});
