import { Evaluator, type PolicyRequest } from "../../../policies/evaluator/evaluator";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import type { PolicyServer } from "../../../policies/evaluator/policy-server";

const anything = ["create", "read", "update", "patch", "delete", "list"] as const;
const rule = (constraints: Partial<PolicyRule> = {}): PolicyRule => ({
  path: "kv/*",
  capabilities: anything,
  reason: "a test",
  ...constraints,
});

/** One policy a rule. */
const evaluatorOf = (rules: readonly PolicyRule[], product: PolicyServer = "vault") =>
  new Evaluator(
    rules.map((each, at) => ({ name: `policy-${at}`, rules: [each] })),
    { product },
  );
const update = (parameters: PolicyRequest["parameters"], rest: Partial<PolicyRequest> = {}): PolicyRequest => ({
  path: "kv/a",
  capability: "update",
  parameters,
  ...rest,
});
const allowed = (constraints: Partial<PolicyRule>, parameters: PolicyRequest["parameters"], product?: PolicyServer) =>
  evaluatorOf([rule(constraints)], product).decide(update(parameters)).allowed;

describe("Evaluator.decide", () => {
  it("says which rules of which policies allow", () => {
    const [reader, writer] = [rule({ capabilities: ["read"] }), rule({ capabilities: ["update"] })];
    expect(evaluatorOf([reader, writer]).decide(update({}))).toEqual({
      allowed: true,
      cause: "granted",
      reason: 'path "kv/*" allows update',
      pattern: "kv/*",
      policies: ["policy-1"],
      rules: [{ policy: "policy-1", rule: writer }],
      needsSudo: false,
    });
  });

  it.each<[string, readonly PolicyRule[], PolicyRequest, string, string, readonly string[]]>([
    ["no rule matches", [rule()], { path: "other", capability: "read" }, "no-rule", "no rule matches other", []],
    [
      "a rule denies",
      [rule(), rule({ capabilities: ["deny"] })],
      update({}),
      "denied",
      'path "kv/*" is denied',
      ["policy-1"],
    ],
    [
      "the capability lacks",
      [rule({ capabilities: ["list"] }), rule({ capabilities: ["read"] })],
      update({}),
      "capability",
      'path "kv/*" allows read and list, not update',
      ["policy-0", "policy-1"],
    ],
    [
      "a parameter lacks",
      [rule({ requiredParameters: ["Foo"] })],
      update({ Foo: 1 }),
      "required",
      'path "kv/*" requires parameter foo',
      ["policy-0"],
    ],
    [
      "a parameter is denied",
      [rule({ deniedParameters: { foo: [] } })],
      update({ Foo: 1 }),
      "denied-parameter",
      'path "kv/*" denies parameter Foo or its value',
      ["policy-0"],
    ],
    [
      "a parameter is not among the allowed ones",
      [rule({ allowedParameters: { foo: [] } })],
      update({ bar: 1 }),
      "not-allowed-parameter",
      'path "kv/*" does not allow parameter bar or its value',
      ["policy-0"],
    ],
    [
      "the answer is not wrapped",
      [rule({ minWrappingTtl: "1m" })],
      update({}),
      "wrapping",
      'path "kv/*" wants the answer wrapped, for 1m at least',
      ["policy-0"],
    ],
    [
      "the answer is wrapped for too long",
      [rule({ maxWrappingTtl: "1m" })],
      update({}, { wrapTtl: "2m" }),
      "wrapping",
      'path "kv/*" wants the answer wrapped for 1m at most, not for 2m',
      ["policy-0"],
    ],
    [
      "two policies want what no wrapping can be",
      [rule({ minWrappingTtl: "2m" }), rule({ maxWrappingTtl: "1m" })],
      update({}, { wrapTtl: "2m" }),
      "wrapping",
      'path "kv/*" wants the answer wrapped for 2m at least and 1m at most, which nothing is',
      ["policy-0", "policy-1"],
    ],
    [
      "the path needs sudo too",
      [rule({ path: "sys/*" })],
      { path: "sys/rotate", capability: "update" },
      "sudo",
      'path "sys/*" allows update without sudo, which the path needs too',
      ["policy-0"],
    ],
    [
      "a policy can't be read",
      [rule({ path: "a/+*" }), rule()],
      update({}),
      "unreadable",
      `the server can't read the policies: policy policy-0: path "a/+*" has a + before a *`,
      [],
    ],
  ])("says that %s", (_, rules, request, cause, reason, policies) => {
    expect(evaluatorOf(rules).decide(request)).toMatchObject({ allowed: false, cause, reason, policies });
  });

  it("lets constraints of one policy bind what another one allows freely", () => {
    const decide = (rules: readonly PolicyRule[]) => evaluatorOf(rules).decide(update({ bar: 1 })).allowed;
    expect(decide([rule()])).toBe(true);
    expect(decide([rule(), rule({ allowedParameters: { foo: [] } })])).toBe(false);
    expect(decide([rule({ requiredParameters: ["foo"] }), rule()])).toBe(false);
  });

  it("adds up the values of several policies, an empty list for any", () => {
    const [a, b] = [rule({ allowedParameters: { foo: ["a"] } }), rule({ allowedParameters: { foo: ["b"] } })];
    expect(evaluatorOf([a, b]).decide(update({ foo: "b" })).allowed).toBe(true);
    expect(evaluatorOf([a, b]).decide(update({ foo: "c" })).allowed).toBe(false);
    expect(evaluatorOf([a, rule({ allowedParameters: { foo: [] } })]).decide(update({ foo: "c" })).allowed).toBe(true);
  });

  it.each<[boolean, string, string | number | boolean, unknown]>([
    [true, "a text", "a", "a"],
    [false, "another case", "a", "A"],
    [true, "a beginning", "a*", "ab"],
    [true, "an end", "*b", "ab"],
    [true, "a middle", "*b*", "abc"],
    [false, "another beginning", "a*", "ba"],
    [true, "a * alone for itself", "*", "*"],
    [false, "a * alone for no other", "*", "a"],
    [true, "two of them for anything", "**", "a"],
    [true, "a truth value", true, true],
    [false, "a truth value as text", true, "true"],
    [false, "a number, never", 5, 5],
    [false, "null, never", "a", null],
  ])("compares values: %s, for %s", (expected, _, value, given) => {
    expect(allowed({ allowedParameters: { foo: [value] } }, { foo: given })).toBe(expected);
    expect(allowed({ deniedParameters: { foo: [value] } }, { foo: given })).toBe(!expected);
  });

  it("takes the parameter * for all that are not named", () => {
    expect(allowed({ allowedParameters: { "*": [], foo: ["a"] } }, { bar: 1, foo: "a" })).toBe(true);
    expect(allowed({ allowedParameters: { "*": [], foo: ["a"] } }, { bar: 1, foo: "b" })).toBe(false);
    expect(allowed({ deniedParameters: { "*": ["a"] } }, { bar: 1 })).toBe(false);
    expect(allowed({ deniedParameters: { "*": ["a"] } }, {})).toBe(true);
  });

  it("judges lists item by item for Vault, as a whole for OpenBao", () => {
    const [allow, deny] = [{ allowedParameters: { foo: ["a", "b"] } }, { deniedParameters: { foo: ["a"] } }];
    for (const foo of [["a", "b"], "a, b"]) {
      expect(allowed(allow, { foo }, "vault")).toBe(true);
      expect(allowed(allow, { foo }, "openbao")).toBe(false);
      expect(allowed(deny, { foo }, "vault")).toBe(false);
      expect(allowed(deny, { foo }, "openbao")).toBe(true);
    }
    expect(allowed(allow, { foo: ["a", "c"] }, "vault")).toBe(false);
    expect(allowed(allow, { foo: "" }, "vault")).toBe(true);
    expect(allowed(allow, { foo: "" }, "openbao")).toBe(false);
    expect(allowed({ allowedParameters: { foo: [["a", "b"]] } }, { foo: ["a", "b"] }, "openbao")).toBe(true);
  });

  it("looks at a read's parameters too, where a list equals nothing, and at none of a deletion or a listing", () => {
    const evaluator = evaluatorOf([rule({ deniedParameters: { foo: ["a"] } })]);
    const decide = (capability: PolicyRequest["capability"], foo: unknown) =>
      evaluator.decide(update({ foo }, { capability })).allowed;
    expect(decide("read", "a")).toBe(false);
    expect(decide("read", ["a", "b"])).toBe(true);
    expect(decide("delete", "a")).toBe(true);
    expect(decide("list", "a")).toBe(true);
  });

  it("allows an answer that is wrapped within the limits", () => {
    const evaluator = evaluatorOf([rule({ minWrappingTtl: "1m", maxWrappingTtl: "2m" })]);
    expect(evaluator.decide(update({}, { wrapTtl: "90s" })).allowed).toBe(true);
  });

  it("wants sudo where the server does, and it alone where it is asked for", () => {
    const [plain, sudo] = [["list"] as const, ["list", "sudo"] as const].map((capabilities) =>
      evaluatorOf([rule({ path: "*", capabilities })]),
    ) as [Evaluator, Evaluator];
    expect(plain.allows("auth/token/accessors", "list")).toBe(false);
    expect(sudo.allows("auth/token/accessors", "list")).toBe(true);
    expect(sudo.allows("sys/auth/x", "sudo")).toBe(true);
    expect(plain.allows("sys/auth/x", "sudo")).toBe(false);
  });

  it("lets the root policy do everything", () => {
    const evaluator = new Evaluator([
      { name: "root", rules: [] },
      { name: "app", rules: [rule({ capabilities: ["deny"] })] },
    ]);
    expect(evaluator.decide(update({ foo: 1 }))).toMatchObject({ allowed: true, cause: "root", policies: ["root"] });
    expect(evaluator.on("kv/a")).toEqual({ capabilities: ["root"] });
  });

  it("refuses every request where OpenBao refuses a policy for its capability", () => {
    const rules = [rule({ path: "events/x", capabilities: ["subscribe"] }), rule()];
    expect(evaluatorOf(rules, "vault").allows("kv/a", "read")).toBe(true);
    expect(evaluatorOf(rules, "openbao").decide({ path: "kv/a", capability: "read" }).reason).toBe(
      `the server can't read the policies: policy policy-0: path "events/x" has capability subscribe, which the server does not know`,
    );
    expect(evaluatorOf(rules, "openbao").on("kv/a")).toEqual({ capabilities: ["deny"] });
  });

  it("refuses a wrapping TTL that is no duration, and says whose", () => {
    const wrong = "soon" as "1s";
    expect(() => evaluatorOf([rule({ minWrappingTtl: wrong })])).toThrow(
      '[policy rule on kv/*] minWrappingTtl "soon" is not a duration',
    );
    expect(() => evaluatorOf([rule({ maxWrappingTtl: wrong })])).toThrow(
      '[policy rule on kv/*] maxWrappingTtl "soon" is not a duration',
    );
    expect(() => evaluatorOf([rule()]).decide(update({}, { wrapTtl: wrong }))).toThrow(
      '[policy request] wrapTtl "soon" is not a duration',
    );
  });

  it("takes slashes at the beginning off, as the servers do", () => {
    expect(evaluatorOf([rule({ path: "/kv/a" })]).allows("//kv/a", "read")).toBe(true);
  });
});
