import { parseIdentity, parsePolicyTests } from "../../policies/policy-tests";

const lines = (...text: readonly string[]) => text.join("\n");
const head = ["policies:", "  - deployer", "cases:"];

describe("a file of policy tests", () => {
  it("has a case for each capability, with its line", () => {
    const tests = parsePolicyTests(
      lines(
        "server: openbao",
        "policies:",
        "  - deployer",
        "  - name: own",
        "    hcl: |",
        '      path "a" { capabilities = ["read"] }',
        "identity:",
        "  entity: { name: alice, metadata: { team: a }, aliases: { ldap: { name: al } } }",
        "  groups: [{ name: developers }]",
        "cases:",
        "  - path: secret/data/a",
        "    allow: [read, update]",
        "    deny: delete",
        "    parameters: { ttl: 1h, force: true }",
        "    wrapTtl: 5m",
        "    why: because",
      ),
      "a.yaml",
    );
    expect(tests.server).toBe("openbao");
    expect(tests.policies.map(({ line }) => line)).toEqual([3, 4]);
    expect(tests.identity?.entity?.aliases?.["ldap"]?.name).toBe("al");
    expect(tests.cases.map(({ capability, expected, line }) => [capability, expected, line])).toEqual([
      ["read", "allow", 11],
      ["update", "allow", 11],
      ["delete", "deny", 11],
    ]);
    expect(tests.cases[0]).toMatchObject({ parameters: { ttl: "1h", force: true }, wrapTtl: "5m", why: "because" });
  });

  it.each<[string, readonly string[], string]>([
    ["no YAML", ["a: [", "b"], "[a.yaml:"],
    ["nothing", [""], "[a.yaml:1:1] the file "],
    ["an unknown key", ["policy:", "  - a"], "[a.yaml:1:1] policies is missing: add it"],
    [
      "a key of a case",
      [...head, "  - path: a", "    alow: read", "    why: x"],
      "[a.yaml:5:5] cases.0.alow is no key here: did you mean allow?",
    ],
    [
      "a key that nothing is like",
      [...head, "  - path: a", "    allow: read", "    zzzzzzzz: 1", "    why: x"],
      "[a.yaml:6:5] cases.0.zzzzzzzz is no key here: remove it",
    ],
    [
      "a key of the identity",
      [...head, "  - { path: a, allow: read, why: x }", "identity:", "  entity:", "    nam: alice"],
      "[a.yaml:7:5] identity.entity.nam is no key here: did you mean name?",
    ],
    [
      "no capability",
      [...head, "  - path: a", "    allow: [read, wite]", "    why: x"],
      `[a.yaml:5:19] cases.0.allow.1 "wite" is no capability: use create, read`,
    ],
    [
      "a capability that is nearly one",
      [...head, "  - path: a", "    allow: updat", "    why: x"],
      `[a.yaml:5:12] cases.0.allow.0 "updat" is no capability: did you mean update?`,
    ],
    [
      "deny as a capability",
      [...head, "  - path: a", "    allow: deny", "    why: x"],
      `[a.yaml:5:12] cases.0.allow.0 "deny" is no capability`,
    ],
    [
      "neither allow nor deny",
      [...head, "  - path: a", "    why: x"],
      "[a.yaml:4:5] cases.0 has neither allow nor deny",
    ],
    [
      "a pattern",
      [...head, "  - path: a/*", "    allow: read", "    why: x"],
      "[a.yaml:4:11] cases.0.path is a pattern: a case asks about one path",
    ],
    ["no reason", [...head, "  - path: a", "    allow: read"], "[a.yaml:4:5] cases.0.why is missing: add it"],
    [
      "no duration",
      [...head, "  - { path: a, allow: read, why: x, wrapTtl: soon }"],
      "cases.0.wrapTtl is not a whole number of s, m, h or d",
    ],
    [
      "a policy of another form",
      ["policies: [{ name: a }]", "cases: [{ path: a, allow: read, why: x }]"],
      "[a.yaml:1:12] policies.0 is neither a name, a file, nor {name, hcl}",
    ],
    [
      "a server that there is not",
      [...head, "  - { path: a, allow: read, why: x }", "server: consul"],
      "[a.yaml:5:9] server ",
    ],
    ["no case", ["policies: [a]", "cases: []"], "[a.yaml:2:8] cases is empty"],
  ])("is refused with %s", (_, text, message) => {
    expect(() => parsePolicyTests(lines(...text), "a.yaml")).toThrow(message);
  });
});

describe("an identity", () => {
  it("is read from YAML and JSON", () => {
    expect(parseIdentity(`{"entity": {"name": "alice"}}`, "who.json")).toEqual({ entity: { name: "alice" } });
    expect(parseIdentity("groups:\n  - name: dev", "who.yaml")).toEqual({ groups: [{ name: "dev" }] });
  });

  it("is refused with a value of another kind", () => {
    expect(() => parseIdentity("entity:\n  name: 1", "who.yaml")).toThrow("[who.yaml:2:9] entity.name ");
  });
});
