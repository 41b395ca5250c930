import fc from "fast-check";
import { capabilities, type Capability } from "../../../policies/language/capability";
import { changeText, diffPolicies } from "../../../policies/diff/diff-policies";
import { Evaluator, type PolicyRequest } from "../../../policies/evaluator/evaluator";
import type { NamedPolicy } from "../../../policies/evaluator/acl";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { type PolicyServer } from "../../../policies/evaluator/policy-server";
import { randomDetails, randomPath, randomRule, rule } from "../rules";

const policy = (rules: readonly PolicyRule[]) => [{ name: "policy", rules }];
const diff = (before: readonly PolicyRule[], after: readonly PolicyRule[]) =>
  diffPolicies(policy(before), policy(after)).map(changeText);

describe("the difference between policies", () => {
  it("is what came and went, by paths and capabilities", () => {
    expect(
      diff(
        [rule("database/creds/app-readonly", "read"), rule("secret/data/shared/*", "read")],
        [rule("database/creds/app-readonly", "read"), rule("database/creds/app-writer", ["read", "update"])],
      ),
    ).toEqual(["gains: read, update on database/creds/app-writer", "loses: read on secret/data/shared/*"]);
  });

  it("excepts what stays", () => {
    expect(
      diff(
        [rule("secret/data/shared/*", "read"), rule("secret/data/shared/public", "read")],
        [rule("secret/data/shared/public", "read")],
      ),
    ).toEqual(["loses: read on secret/data/shared/* except secret/data/shared/public"]);
  });

  it("sees that a rule takes from a pattern what it does not repeat", () => {
    expect(
      diff(
        [rule("secret/data/*", ["read", "update"])],
        [rule("secret/data/*", ["read", "update"]), rule("secret/data/app", "list")],
      ),
    ).toEqual(["gains: list on secret/data/app/", "loses: read, update on secret/data/app"]);
  });

  it("sees that deny takes", () => {
    expect(diff([rule("a/*", "read")], [rule("a/*", "read"), rule("a/+/b", "deny")])).toEqual(["loses: read on a/+/b"]);
  });

  it("names a listing by its folder, once", () => {
    expect(diff([], [rule("secret/metadata/app/*", ["list", "read"])])).toEqual([
      "gains: read, list on secret/metadata/app/*",
    ]);
  });

  it("names paths that no single pattern does", () => {
    const read = rule("a/+/x*", "read");
    expect(diff([read], [read, rule("a/b/+/c", "deny")])).toEqual(["loses: read on a/b/x~/c"]);
  });

  it("keeps templates as they are", () => {
    const path = "secret/data/{{identity.entity.aliases.@corp/ldap.name}}/*";
    expect(diff([], [rule(path, "read")])).toEqual([`gains: read on ${path}`]);
    expect(diff([rule(path, "read")], [rule(path, "read")])).toEqual([]);
  });

  it("does not ask how things are written", () => {
    expect(
      diff(
        [rule("a", ["read", "update"], { reason: "one" }), rule("b/*", "list")],
        [rule("b/*", "list"), rule("a", "update"), rule("a", "read"), rule("b/c*", "list")],
      ),
    ).toEqual([]);
    expect(
      diffPolicies(
        [{ name: "one", rules: [rule("a", "read"), rule("b", "read")] }],
        [
          { name: "two", rules: [rule("b", "read")] },
          { name: "three", rules: [rule("a", "read")] },
        ],
      ),
    ).toEqual([]);
  });

  it.each<[string, Partial<PolicyRule>, Partial<PolicyRule>, string[]]>([
    [
      "a parameter set free",
      { allowedParameters: { ttl: ["1h"] } },
      { allowedParameters: { ttl: [] } },
      ["gains: update on a with any ttl"],
    ],
    [
      "a value more",
      { allowedParameters: { ttl: ["1h"] } },
      { allowedParameters: { ttl: ["1h", "2h"] } },
      [`gains: update on a with ttl "2h"`],
    ],
    [
      "a parameter more",
      { allowedParameters: { ttl: [] } },
      { allowedParameters: { ttl: [], role: ["app-*"] } },
      [`gains: update on a with role "app-*"`],
    ],
    ["a denial", {}, { deniedParameters: { force: [] } }, ["loses: update on a with any force"]],
    ["a denied value", {}, { deniedParameters: { ttl: ["24h"] } }, [`loses: update on a with ttl "24h"`]],
    ["a requirement", {}, { requiredParameters: ["reason"] }, ["loses: update on a without reason"]],
    ["all parameters set free", { allowedParameters: { ttl: [] } }, {}, ["gains: update on a with other parameters"]],
    [
      "a wrapping demanded",
      {},
      { minWrappingTtl: "1m", maxWrappingTtl: "1h" },
      ["loses: update on a with the answer unwrapped or wrapped for any time"],
    ],
    [
      "a wrapping lengthened",
      { minWrappingTtl: "1m", maxWrappingTtl: "1h" },
      { minWrappingTtl: "1m", maxWrappingTtl: "2h" },
      ["gains: update on a with the answer wrapped for 1m at least and 2h at most"],
    ],
  ])("tells %s", (_, before, after, expected) => {
    expect(diff([rule("a", "update", before)], [rule("a", "update", after)])).toEqual(expected);
  });

  it("tells the limits of what is new", () => {
    expect(
      diff(
        [],
        [
          rule("a", "update", {
            allowedParameters: { ttl: ["1h"], role: [] },
            requiredParameters: ["role"],
            deniedParameters: { force: [] },
            maxWrappingTtl: "5m",
          }),
        ],
      ),
    ).toEqual([
      `gains: update on a only with role, with no parameter but ttl, role, with ttl "1h" only, without force, only with the answer wrapped for 5m at most`,
    ]);
  });

  it("is refused where the server refuses a policy", () => {
    const recovers = [{ name: "policy", rules: [rule("a", "recover")] }];
    expect(() => diffPolicies([], recovers, { product: "openbao" })).toThrow("[policies] openbao refuses them: ");
    expect(diffPolicies([], recovers)).toHaveLength(1);
  });

  it("counts what can't be asked for as nothing", () => {
    expect(diff([], [rule("a", "update", { requiredParameters: ["ttl"], deniedParameters: { ttl: [] } })])).toEqual([]);
  });
});

const sides = fc.tuple(
  fc.array(randomRule, { minLength: 1, maxLength: 5 }),
  fc.array(randomRule, { maxLength: 2 }),
  fc.array(randomRule, { maxLength: 2 }),
);
const product = fc.constantFrom<PolicyServer>("vault", "openbao");
const wanted = capabilities.filter((each): each is Exclude<Capability, "deny"> => each !== "deny");
const request: fc.Arbitrary<PolicyRequest> = fc
  .tuple(randomPath, fc.constantFrom(...wanted), randomDetails)
  .map(([path, capability, details]) => ({ path, capability, ...details }));

/** Without the capabilities for which OpenBao refuses a policy. */
const fitting = (rules: readonly PolicyRule[], server: PolicyServer) =>
  rules
    .map((each) => ({
      ...each,
      capabilities: each.capabilities.filter((one) => server === "vault" || !refused.has(one)),
    }))
    .filter(({ capabilities: left }) => left.length > 0);
const refused: ReadonlySet<Capability> = new Set(["subscribe", "recover"]);

describe("the difference between random policies", () => {
  it("has a request for each change on which the sides differ so", () => {
    fc.assert(
      fc.property(sides, product, ([shared, left, right], server) => {
        const [before, after] = [left, right].map((own) => policy(fitting([...shared, ...own], server))) as [
          NamedPolicy[],
          NamedPolicy[],
        ];
        const evaluators = [before, after].map((each) => new Evaluator(each, { product: server }));
        for (const change of diffPolicies(before, after, { product: server })) {
          const [old, now] = evaluators.map((each) => each.decide(change.witness).allowed);
          expect({ change, old, now }).toEqual({ change, old: change.kind === "loses", now: change.kind === "gains" });
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is there wherever a request tells the sides apart, and names its path", () => {
    fc.assert(
      fc.property(
        sides,
        product,
        fc.array(request, { minLength: 60, maxLength: 60 }),
        ([shared, left, right], server, requests) => {
          const [before, after] = [left, right].map((own) => policy(fitting([...shared, ...own], server))) as [
            NamedPolicy[],
            NamedPolicy[],
          ];
          const changes = diffPolicies(before, after, { product: server });
          const [old, now] = [before, after].map((each) => new Evaluator(each, { product: server }));
          for (const each of requests) {
            const [was, is] = [old, now].map((evaluator) => evaluator?.decide(each).allowed);
            if (was === is) continue;
            const kind = is === true ? "gains" : "loses";
            const named = changes.filter(
              (change) => change.kind === kind && change.capabilities.includes(each.capability),
            );
            const path = each.capability === "list" && !each.path.endsWith("/") ? `${each.path}/` : each.path;
            expect({ each, named: named.some((change) => isIn(change, path)) }).toEqual({ each, named: true });
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is none between a policy and itself in another order", () => {
    fc.assert(
      fc.property(fc.array(randomRule, { maxLength: 6 }), (rules) => {
        expect(diffPolicies(policy(rules), policy([...rules].reverse()))).toEqual([]);
      }),
    );
  });
});

/** Reads what a change says of its paths, apart from the code that wrote it. */
function isIn(
  { paths, except }: { readonly paths: string; readonly except: readonly string[] },
  path: string,
): boolean {
  return matches(paths, path) && !except.some((each) => matches(each, path));
}

function matches(description: string, path: string): boolean {
  const open = description.endsWith("*");
  const text = (open ? description.slice(0, -1) : description)
    .split("/")
    .map((segment) => (segment === "+" ? "[^/]*" : segment.endsWith("~") ? `${segment.slice(0, -1)}[^/]*` : segment))
    .join("/");
  return new RegExp(`^${text}${open ? ".*" : ""}$`).test(path);
}
