import fc from "fast-check";
import { parseDuration } from "../../../constructs/core/duration";
import type { Capability } from "../../../policies/language/capability";
import { mergedRule } from "../../../policies/language/merged-rule";
import { PolicyDocument } from "../../../policies/language/policy-document";
import type { ParameterValue, ParameterValues, PolicyRule } from "../../../policies/language/policy-rule";
import { randomRule } from "../../helpers/policy-rules";

const rule = (fields: Partial<PolicyRule>): PolicyRule => ({
  path: "a",
  capabilities: ["update"],
  reason: "a test",
  ...fields,
});

const merged = (...rules: readonly Partial<PolicyRule>[]) => {
  const { allowedParameters, deniedParameters, requiredParameters, minWrappingTtl, maxWrappingTtl } = mergedRule(
    "a",
    rules.map(rule),
  );
  return { allowedParameters, deniedParameters, requiredParameters, minWrappingTtl, maxWrappingTtl };
};

describe("rules on one path", () => {
  it.each<[string, readonly Partial<PolicyRule>[], Partial<PolicyRule>]>([
    ["allow any parameter where one does", [{ allowedParameters: { x: ["a"] } }, {}], {}],
    ["allow any parameter where one names none", [{ allowedParameters: { x: ["a"] } }, { allowedParameters: {} }], {}],
    [
      "allow the parameters of each",
      [{ allowedParameters: { x: ["a"] } }, { allowedParameters: { y: [] } }],
      { allowedParameters: { x: ["a"], y: [] } },
    ],
    [
      "allow the values of each",
      [{ allowedParameters: { x: ["b", "a"] } }, { allowedParameters: { x: ["c", "a"] } }],
      { allowedParameters: { x: ["a", "b", "c"] } },
    ],
    [
      "allow any value where one does",
      [{ allowedParameters: { x: ["a"] } }, { allowedParameters: { x: [] } }],
      { allowedParameters: { x: [] } },
    ],
    [
      "allow any value where one allows what it does not name",
      [{ allowedParameters: { x: ["a"] } }, { allowedParameters: { "*": [] } }],
      { allowedParameters: { "*": [], x: [] } },
    ],
    ["deny nothing where one denies nothing", [{ deniedParameters: { x: [] } }, {}], {}],
    [
      "deny the parameter that both deny",
      [{ deniedParameters: { x: [], y: [] } }, { deniedParameters: { x: [] } }],
      { deniedParameters: { x: [] } },
    ],
    [
      "deny the values that both deny",
      [{ deniedParameters: { x: ["a", "b"] } }, { deniedParameters: { x: ["b", "c"] } }],
      { deniedParameters: { x: ["b"] } },
    ],
    [
      "deny a value that the pattern of the other covers",
      [{ deniedParameters: { x: ["root-*", "z"] } }, { deniedParameters: { x: ["root-a", "root-b*", "*"] } }],
      { deniedParameters: { x: ["root-a", "root-b*"] } },
    ],
    [
      "deny what one denies and the other does not name",
      [{ deniedParameters: { x: ["a"] } }, { allowedParameters: { y: [] } }],
      { deniedParameters: { x: ["a"] } },
    ],
    [
      "hear no word on a parameter from one that denies them all",
      [{ deniedParameters: { "*": [] } }, { allowedParameters: { y: ["a"] }, deniedParameters: { y: ["b*"] } }],
      { allowedParameters: { y: ["a"] }, deniedParameters: { y: ["b*"] } },
    ],
    [
      "deny all where each does",
      [{ deniedParameters: { "*": ["x"] } }, { deniedParameters: { "*": [] } }],
      { deniedParameters: { "*": [] } },
    ],
    [
      "require what both require, whatever its case",
      [{ requiredParameters: ["X", "y"] }, { requiredParameters: ["x", "z"] }],
      { requiredParameters: ["x"] },
    ],
    ["require nothing where one requires nothing", [{ requiredParameters: ["x"] }, {}], {}],
    [
      "keep the constraints of an update when another lists",
      [{ allowedParameters: { x: ["a"] }, requiredParameters: ["x"] }, { capabilities: ["list", "delete"] }],
      { allowedParameters: { x: ["a"] }, requiredParameters: ["x"] },
    ],
    [
      "keep constraints that bind nothing yet",
      [{ capabilities: ["list"], allowedParameters: { x: [] } }],
      { allowedParameters: { x: [] } },
    ],
    ["need no wrapping where one needs none", [{ minWrappingTtl: "1m", maxWrappingTtl: "1h" }, {}], {}],
    [
      "allow the wrapping TTLs of each",
      [
        { minWrappingTtl: "1m", maxWrappingTtl: "1h" },
        { minWrappingTtl: "30s", maxWrappingTtl: "10m" },
      ],
      { minWrappingTtl: "30s", maxWrappingTtl: "1h" },
    ],
    [
      "need wrapping, of whatever length, where one has a least and the other a longest",
      [{ minWrappingTtl: "1h" }, { maxWrappingTtl: "1m" }],
      { minWrappingTtl: "1s" },
    ],
    [
      "deny everything where one does",
      [{ capabilities: ["deny"] }, { allowedParameters: { x: [] }, minWrappingTtl: "1m" }],
      {},
    ],
  ])("%s", (_, rules, expected) => {
    const nothing = {
      allowedParameters: undefined,
      deniedParameters: undefined,
      requiredParameters: undefined,
      minWrappingTtl: undefined,
      maxWrappingTtl: undefined,
    };
    expect(merged(...rules)).toEqual({ ...nothing, ...expected });
    expect(merged(...[...rules].reverse())).toEqual({ ...nothing, ...expected });
    expect(merged(...rules, ...rules)).toEqual({ ...nothing, ...expected });
  });

  it("subscribe to the events of each", () => {
    const events = (subscribeEventTypes: string[]) => rule({ capabilities: ["subscribe"], subscribeEventTypes });
    expect(mergedRule("a", [events(["kv*"]), events(["database/*", "kv*"])]).subscribeEventTypes).toEqual([
      "database/*",
      "kv*",
    ]);
  });

  it("are denied, and nothing else, where one denies", () => {
    const { capabilities } = mergedRule("a", [rule({ capabilities: ["read", "deny"] }), rule({})]);
    expect(capabilities).toEqual(["deny"]);
  });
});

describe("rules on one path, whatever they are,", () => {
  const rules = fc.array(randomRule(["create", "update", "read", "list", "sudo"], fc.constant("a")), {
    minLength: 1,
    maxLength: 4,
  });

  it("allow each request that one of them allows", () => {
    let allowed = 0;
    fc.assert(
      fc.property(rules, request, (given, asked) => {
        const one = mergedRule("a", given);
        for (const each of given) {
          // The server does not look at what has no value.
          if (!permits(normal(each), asked)) continue;
          allowed += 1;
          expect({ asked, permitted: permits(one, asked) }).toEqual({ asked, permitted: true });
        }
        if (!given.some((each) => each.capabilities.includes(asked.capability)))
          expect(permits(one, asked)).toBe(false);
      }),
      { numRuns: 2000 },
    );
    expect(allowed).toBeGreaterThan(200);
  });

  it("are one rule that does not depend on their order, nor on how often they were given", () => {
    const shuffled = rules.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray([...given, ...given], { minLength: given.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([given, again]) => {
        expect(mergedRule("a", again)).toEqual(mergedRule("a", given));
        expect(mergedRule("a", [mergedRule("a", given)])).toEqual(mergedRule("a", given));
      }),
    );
  });

  it("stay what they were in a document that is made of another's rules", () => {
    fc.assert(
      fc.property(rules, (given) => {
        const document = new PolicyDocument(given);
        expect(new PolicyDocument(document.rules).rules).toEqual(document.rules);
      }),
    );
  });
});

interface AskedFor {
  readonly capability: Capability;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly wrapTtl: number | undefined;
}

const request: fc.Arbitrary<AskedFor> = fc.record({
  capability: fc.constantFrom<Capability>("update", "create", "list"),
  parameters: fc.dictionary(
    fc.constantFrom("ttl", "data", "name"),
    fc.constantFrom<ParameterValue>("a", "ab", "1h", "ttl", true, 0.5),
    { maxKeys: 2 },
  ),
  wrapTtl: fc.constantFrom(undefined, 1, 60, 90, 3600, 86_400),
});

/** What the server decides on a rule alone, for text, numbers and booleans. */
function permits(given: PolicyRule, { capability, parameters, wrapTtl }: AskedFor): boolean {
  if (!given.capabilities.includes(capability)) return false;
  const [min, max] = [given.minWrappingTtl, given.maxWrappingTtl].map((ttl) =>
    ttl === undefined ? undefined : parseDuration("test", "ttl", ttl),
  );
  if (min !== undefined && (wrapTtl === undefined || wrapTtl < min)) return false;
  if (max !== undefined && (wrapTtl === undefined || wrapTtl > max)) return false;
  if (capability === "list") return true;
  if ((given.requiredParameters ?? []).some((name) => !Object.hasOwn(parameters, name))) return false;
  const [allowed, denied] = [given.allowedParameters ?? {}, given.deniedParameters ?? {}];
  return Object.entries(parameters).every(([name, value]) => {
    if (Object.hasOwn(denied, "*")) return false;
    if (Object.hasOwn(denied, name) && has(denied[name] ?? [], value)) return false;
    if (Object.keys(allowed).length === 0) return true;
    return Object.hasOwn(allowed, name) ? has(allowed[name] ?? [], value) : Object.hasOwn(allowed, "*");
  });
}

function has(values: readonly ParameterValue[], value: ParameterValue): boolean {
  return values.length === 0 || values.some((each) => matches(each, value));
}

function matches(pattern: ParameterValue, value: ParameterValue): boolean {
  if (typeof pattern !== "string" || typeof value !== "string" || pattern.length < 2) return pattern === value;
  const text = pattern.replace(/^\*|\*$/g, "");
  if (pattern.startsWith("*") && pattern.endsWith("*")) return value.includes(text);
  if (pattern.startsWith("*")) return value.endsWith(text);
  return pattern.endsWith("*") ? value.startsWith(text) : pattern === value;
}

/** Names in lower case, as the server compares them. */
function normal(given: PolicyRule): PolicyRule {
  const lower = (values: ParameterValues | undefined) =>
    values && Object.fromEntries(Object.entries(values).map(([name, each]) => [name.toLowerCase(), each]));
  return {
    ...given,
    allowedParameters: lower(given.allowedParameters),
    deniedParameters: lower(given.deniedParameters),
    requiredParameters: given.requiredParameters?.map((name) => name.toLowerCase()),
  };
}
