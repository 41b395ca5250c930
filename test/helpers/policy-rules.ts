import fc from "fast-check";
import { LeaseholdError } from "../../constructs/core/errors";
import { capabilities, type Capability } from "../../policies/language/capability";
import type { ParameterValue, ParameterValues, PolicyRule } from "../../policies/language/policy-rule";
import type { PolicyDocument } from "../../policies/language/policy-document";
import { requireSoundRule } from "../../policies/language/rule-checks";

/** Text with all that ends strings, comments or templates somewhere. */
const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom("a", "b", "ttl", " ", "1h", ".", "-", "é", "日", "😀") },
      {
        weight: 1,
        arbitrary: fc.constantFrom('"', "\\", "${", "%{", "$${", "}", "{{", "#", "//", "/*", "\n", "\t", "\u2028"),
      },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(""));

const globbed = fc
  .tuple(fc.constantFrom("", "", "*"), text, fc.constantFrom("", "", "*"))
  .map(([start, middle, end]) => `${start}${middle}${end}`);
const scalar: fc.Arbitrary<ParameterValue> = fc.oneof(
  { weight: 12, arbitrary: globbed },
  fc.boolean(),
  fc.integer(),
  fc.constantFrom(0.5, -1.25, 1e21, 9007199254740991),
);
const value: fc.Arbitrary<ParameterValue> = fc.oneof(
  { weight: 12, arbitrary: scalar },
  fc.array(scalar, { maxLength: 2 }),
);
const parameterName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("ttl", "data", "Name", "*", "x-y", "__proto__", "constructor") },
  text,
);

const parameters: fc.Arbitrary<ParameterValues> = fc
  .uniqueArray(fc.tuple(parameterName, fc.array(value, { maxLength: 3 })), {
    selector: ([name]) => name.toLowerCase(),
    minLength: 1,
    maxLength: 3,
  })
  .map((entries) => Object.fromEntries(entries));

const segment = fc.constantFrom("secret", "data", "creds", "+", "é 日", "{{identity.entity.id}}", "x'y");
const path = fc
  .tuple(
    fc.constantFrom("a", "kv", "sys"),
    fc.array(segment, { maxLength: 3 }),
    fc.constantFrom("", "", "/", "/*", "/b*"),
  )
  .map(([first, rest, end]) => `${[first, ...rest].join("/")}${end}`);

const ttl = fc.constantFrom("1s", "90s", "1m", "60m", "2h", "1d", undefined, undefined);
const reason = fc.constantFrom("", "Why not", 'path "*" {', "a\n# b", "${x} and %{y}", "Ünal's; and # more */");

/** Rules with every feature; the same document holds in every server that has the capabilities. */
export function randomRule(
  known: readonly Capability[] = capabilities,
  paths: fc.Arbitrary<string> = path,
): fc.Arbitrary<PolicyRule> {
  return fc
    .record({
      path: paths,
      capabilities: fc.uniqueArray(fc.constantFrom(...known), { minLength: 1, maxLength: 4 }),
      reason,
      allowedParameters: fc.option(parameters, { nil: undefined }),
      deniedParameters: fc.option(parameters, { nil: undefined }),
      requiredParameters: fc.option(
        fc.uniqueArray(parameterName, { selector: (name) => name.toLowerCase(), minLength: 1, maxLength: 2 }),
        { nil: undefined },
      ),
      minWrappingTtl: ttl,
      maxWrappingTtl: ttl,
      subscribeEventTypes: fc.constantFrom(["kv*"], ["*", "database/creds-create"], undefined, undefined),
    })
    .map((rule) => (rule.capabilities.includes("subscribe") ? rule : { ...rule, subscribeEventTypes: undefined }))
    .filter(isSound);
}

/** A rule's constraints may contradict each other by chance; that is refused, and tested elsewhere. */
function isSound(rule: PolicyRule): boolean {
  try {
    requireSoundRule(rule);
    return true;
  } catch (error) {
    if (error instanceof LeaseholdError) return false;
    throw error;
  }
}

/** The document in JSON; undefined where JSON would lose values, which is refused, and tested elsewhere. */
export function jsonOf(document: PolicyDocument): string | undefined {
  try {
    return document.toJson();
  } catch (error) {
    if (error instanceof LeaseholdError) return undefined;
    throw error;
  }
}
