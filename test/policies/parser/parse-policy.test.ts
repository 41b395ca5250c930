import fc from "fast-check";
import { LeaseholdError } from "../../../constructs/core/errors";
import { parsePolicy } from "../../../policies/parser/parse-policy";
import { PolicyDocument } from "../../../policies/language/policy-document";
import { jsonOf, randomRule } from "../../helpers/policy-rules";

const parse = (text: string, file = "app.hcl") => parsePolicy(text, { file });

async function refusalOf(text: string, file?: string): Promise<string> {
  try {
    await parse(text, file);
  } catch (thrown) {
    if (thrown instanceof LeaseholdError) return thrown.message;
    throw thrown;
  }
  throw new Error("nothing was refused");
}

/** A rule on `a` that may be read, with further lines. */
const ruleWith = (...lines: readonly string[]) => ['path "a" {', '  capabilities = ["read"]', ...lines, "}"].join("\n");

describe("parsePolicy", () => {
  it("reads rules in the order of the file, with their places, reasons and constraints", async () => {
    const { rules, header, document } = await parse(`# Who this is for.
# And why.

# Writes secrets
# of its own.
path "secret/data/app" {
  capabilities = ["update", "create"] # no reason of what follows
  allowed_parameters = {
    "options" = []
    data      = ["a", "b*"]
  }
  denied_parameters   = { "Bad" = [1, true, ["x"], { y = "z" }] }
  required_parameters = ["data"]
  min_wrapping_ttl    = 90
  max_wrapping_ttl    = "1h30m"
}

  path "database/creds/app" { capabilities = ["read"] }
`);
    expect(rules).toEqual([
      {
        path: "secret/data/app",
        capabilities: ["update", "create"],
        reason: "Writes secrets of its own.",
        allowedParameters: { options: [], data: ["a", "b*"] },
        deniedParameters: { Bad: [1, true, ["x"], { y: "z" }] },
        requiredParameters: ["data"],
        minWrappingTtl: "90s",
        maxWrappingTtl: "90m",
        line: 6,
        column: 1,
      },
      { path: "database/creds/app", capabilities: ["read"], reason: "", line: 18, column: 3 },
    ]);
    expect(header).toBe("Who this is for. And why.");
    expect(document.rules.map(({ path }) => path)).toEqual(["database/creds/app", "secret/data/app"]);
  });

  it("takes a comment directly above the first rule for its reason, not for a header", async () => {
    const { rules, header } = await parse('// Reads it\npath "a" { capabilities = ["read"] }');
    expect([header, rules[0]?.reason]).toEqual(["", "Reads it"]);
  });

  it.each(["/* One\n * two */\n", "# One\n# * two\n", "#One\n#  * two\n"])("reads the comment %j", async (comment) => {
    expect((await parse(`${comment}${ruleWith()}`)).rules[0]?.reason).toBe("One * two");
  });

  it("takes a rule's own comment for a reason too", async () => {
    expect((await parse(`# Above\n${ruleWith('  comment = "and within"')}`)).rules[0]?.reason).toBe(
      "Above; and within",
    );
  });

  it("gives a rule without a comment no reason, and writes none", async () => {
    const { document } = await parse(`# Above\n\n${ruleWith()}`);
    expect(document.toHcl()).toBe('path "a" {\n  capabilities = ["read"]\n}\n');
  });

  it("reads escapes as Vault does", async () => {
    const { rules } = await parse(
      ruleWith(String.raw`  required_parameters = ["\"\\\n\t\u0024{x}", "\U0001F600", "é"]`),
    );
    expect(rules[0]?.requiredParameters).toEqual(['"\\\n\t${x}', "😀", "é"]);
  });

  it("reads what Windows wrote", async () => {
    const { rules } = await parse(`\ufeff# Why\r\n${ruleWith().replace(/\n/g, "\r\n")}\r\n`);
    expect(rules).toEqual([{ path: "a", capabilities: ["read"], reason: "Why", line: 2, column: 1 }]);
  });

  it.each([
    ["90", "90s"],
    ['"90"', "90s"],
    ['"2d"', "2d"],
    ['"1h30m"', "90m"],
    ['"3600s"', "1h"],
  ])("reads the wrapping TTL %s", async (given, expected) => {
    expect((await parse(ruleWith(`  min_wrapping_ttl = ${given}`))).rules[0]?.minWrappingTtl).toBe(expected);
  });

  it("reads JSON, as text or by the name of the file", async () => {
    const json = `{"path": {"a": {"comment": "Why", "capabilities": ["read"], "allowed_parameters": {"x": [1, "y"]}}}}`;
    const rule = { path: "a", capabilities: ["read"], reason: "Why", allowedParameters: { x: [1, "y"] } };
    expect((await parse(json)).rules).toEqual([{ ...rule, line: 1, column: 11 }]);
    expect((await parse(`\n${json}`, "app.json")).rules).toEqual([{ ...rule, line: 2, column: 11 }]);
  });

  it("reads JSON's list of paths", async () => {
    const json = `{"path": [{"a": {"capabilities": ["read"]}}, {"b": {"capabilities": ["list"]}}]}`;
    expect((await parse(json)).rules.map(({ path }) => path)).toEqual(["a", "b"]);
  });

  it("reads nothing from an empty file", async () => {
    expect(await parse("")).toMatchObject({ rules: [], header: "" });
    expect(await parse("{}")).toMatchObject({ rules: [], header: "" });
    expect(await parse("# Nothing yet")).toMatchObject({ rules: [], header: "Nothing yet" });
  });

  it("joins two rules on one path that have no constraints", async () => {
    const { rules, document } = await parse(`${ruleWith()}\npath "a" { capabilities = ["list"] }`);
    expect(rules).toHaveLength(2);
    expect(document.rules).toEqual([{ path: "a", capabilities: ["read", "list"], reason: "" }]);
  });
});

describe("a policy's text is refused", () => {
  it.each<[string, string, string]>([
    ["a rule that does not end", 'path "a" {', "[app.hcl:1:10] the policy is not HCL: Unclosed configuration block; "],
    [
      "a comma that is missing",
      ruleWith('  required_parameters = ["a" "b"]'),
      "[app.hcl:3:30] the policy is not HCL: Missing",
    ],
    ["a mistyped key", 'path "a" {\n  capabilties = ["read"]\n}', "[app.hcl:2:3] capabilties is no key of a rule, "],
    ["a mistyped key's remedy", 'path "a" {\n  capabilties = []\n}', ": did you mean capabilities?"],
    [
      "a parameter of the seed's",
      ruleWith("  allowed_client_cidrs = []"),
      "[app.hcl:3:3] allowed_client_cidrs is a parameter that no server has",
    ],
    [
      "its remedy",
      ruleWith("  allowed_client_cidrs = []"),
      ": set tokenBoundCidrs on the logins that have this policy",
    ],
    ["a key that is nowhere near", ruleWith("  zzzzzz = 1"), ": write one of capabilities, allowed_parameters, "],
    [
      "an object's inherited name as a key",
      ruleWith("  constructor = 1"),
      "[app.hcl:3:3] constructor is no key of a rule",
    ],
    ["Enterprise's control groups", ruleWith("  control_group = {}"), "[app.hcl:3:3] control_group is not supported"],
    ["Enterprise's MFA", ruleWith("  mfa_methods = []"), "[app.hcl:3:3] mfa_methods is of Vault Enterprise's old MFA"],
    ["OpenBao's expiration", ruleWith('  expiration = "2030-01-01"'), "[app.hcl:3:3] expiration is OpenBao's alone"],
    ["OpenBao's limit", ruleWith("  pagination_limit = 1"), "[app.hcl:3:3] pagination_limit is OpenBao's alone"],
    ["the old read", 'path "a" {\n  policy = "read"\n}', 'write capabilities = ["read", "list"]'],
    [
      "the old write",
      'path "a" {\n  policy = "write"\n}',
      'write capabilities = ["create", "read", "update", "delete", "list"]',
    ],
    ["the old deny", 'path "a" {\n  policy = "deny"\n}', '[app.hcl:2:3] policy = "deny" is a form that Vault had'],
    ["a name", 'name = "x"', "[app.hcl:1:1] name has no effect"],
    ["a mistyped block", 'paths "a" {\n}', "[app.hcl:1:1] paths is no key of a policy: did you mean path?"],
    ["a path without a name", "path {\n}", "[app.hcl:1:1] path has no single name with rules"],
    ["a path with two names", 'path "a" "b" {\n}', "[app.hcl:1:1] path has no single name with rules"],
    ["a rule without capabilities", 'path "a" {\n}', '[app.hcl:1:1] path "a" has no capabilities: add capabilities'],
    ["no capability", 'path "a" {\n  capabilities = []\n}', "[app.hcl:2:3] capabilities is empty"],
    [
      "a mistyped capability",
      'path "a" {\n  capabilities = ["updates"]\n}',
      '[app.hcl:2:3] capabilities has "updates", which is no capability: did you mean update?',
    ],
    [
      "capabilities that are text",
      'path "a" {\n  capabilities = "read"\n}',
      "[app.hcl:2:18] capabilities is not a list",
    ],
    [
      "a capability that is a number",
      'path "a" {\n  capabilities = [1]\n}',
      "[app.hcl:2:19] capabilities has a value that is not text",
    ],
    ["a key twice", ruleWith('  capabilities = ["list"]'), "[app.hcl:3:3] the policy is not HCL: Attribute redefined"],
    [
      "a parameter twice",
      ruleWith('  allowed_parameters = {\n    "a" = []\n    "A" = []\n  }'),
      '[app.hcl:5:5] allowed_parameters "A" is there already on line 4',
    ],
    [
      "parameters that are a list",
      ruleWith("  denied_parameters = []"),
      "[app.hcl:3:23] denied_parameters has no names with values",
    ],
    [
      "values that are text",
      ruleWith('  denied_parameters = { "a" = "b" }'),
      '[app.hcl:3:31] denied_parameters "a" is not a list',
    ],
    [
      "an empty parameter",
      ruleWith('  required_parameters = [""]'),
      '[app.hcl:3:3] required_parameters has the name ""',
    ],
    [
      "a number that no server reads",
      ruleWith("  denied_parameters = { a = [99999999999999999999] }"),
      '[app.hcl:3:3] denied_parameters "a" has the value 100000000000000000000, which Vault can\'t read',
    ],
    [
      "TTLs the wrong way round",
      ruleWith('  min_wrapping_ttl = "2h"', '  max_wrapping_ttl = "1h"'),
      "[app.hcl:3:3] min_wrapping_ttl 2h exceeds max_wrapping_ttl 1h",
    ],
    [
      "no TTL",
      ruleWith("  min_wrapping_ttl = 0"),
      "[app.hcl:3:22] min_wrapping_ttl 0 is not a duration of whole seconds",
    ],
    [
      "half a second",
      ruleWith('  min_wrapping_ttl = "500ms"'),
      '[app.hcl:3:22] min_wrapping_ttl "500ms" is not a duration',
    ],
    ["a TTL that is a list", ruleWith("  max_wrapping_ttl = []"), "[app.hcl:3:22] max_wrapping_ttl "],
    ["a path with a leading slash", ruleWith().replace('"a"', '"/a"'), '[app.hcl:1:1] path "/a" begins with /'],
    [
      "a mistyped template",
      ruleWith().replace('"a"', '"a/{{identity.entity.nmae}}"'),
      "did you mean {{identity.entity.name}}?",
    ],
    ["a call", ruleWith("  required_parameters = concat([])"), "[app.hcl:3:25] the policy has an expression at concat"],
    [
      "a name for a value",
      ruleWith("  required_parameters = [var.x]"),
      "[app.hcl:3:26] the policy has an expression at var",
    ],
    ["a sum", ruleWith("  min_wrapping_ttl = 1 + 1"), "[app.hcl:3:22] the policy has an expression at 1"],
    ["null", ruleWith("  required_parameters = null"), "[app.hcl:3:25] the policy has an expression at null"],
    ["a template of Terraform's", ruleWith('  required_parameters = ["a${b}"]'), "[app.hcl:3:28] the policy has ${, "],
    [
      "no character",
      ruleWith(String.raw`  required_parameters = ["\UFFFFFFFF"]`),
      "[app.hcl:3:27] the policy is not HCL: Invalid escape sequence; ",
    ],
    [
      "half a character",
      ruleWith(String.raw`  required_parameters = ["\ud83d"]`),
      "[app.hcl:3:27] the policy is not HCL: Invalid escape sequence; ",
    ],
    ["text over lines", ruleWith("  comment = <<E\nx\nE"), "[app.hcl:3:13] the policy has an expression at <"],
    [
      "a constrained rule on a path that has one",
      `${ruleWith()}\n${ruleWith('  required_parameters = ["x"]')}`,
      '[app.hcl:4:1] path "a" has a rule already on line 1, and one of them has constraints',
    ],
    [
      "a rule on a path that has a constrained one",
      `${ruleWith('  required_parameters = ["x"]')}\n${ruleWith()}`,
      '[app.hcl:5:1] path "a" has a rule already on line 1',
    ],
    ["brackets without end", "x = ".concat("[".repeat(100_000)), "[app.hcl:1:37] the policy is nested too deeply"],
  ])("for %s", async (_, text, message) => {
    expect(await refusalOf(text)).toContain(message);
  });

  it.each<[string, string, string]>([
    [
      "a comma too many",
      '{"path": {"a": {"capabilities": ["read"],}}}',
      "[app.json:1:42] the policy has } where a value should be",
    ],
    ["an end that is missing", '{"path": {\n', "[app.json:1:11] the policy ends where a key should be"],
    ["text behind it", "{}\n{}", "[app.json:2:1] the policy has { where the end of the text should be"],
    ["a key without quotes", "{path: {}}", "[app.json:1:2] the policy has path where a key should be"],
    ["a list", "[]", "[app.json:1:1] the policy is no object"],
    ["a comment", "{} // x", "[app.json:1:1] the policy is not JSON: "],
    ["an escape that JSON lacks", String.raw`{"\x41": 1}`, "[app.json:1:2] the policy has "],
    [
      "true in a list, which Vault leaves out",
      '{"path": {"a": {"denied_parameters": {"x": [true]}}}}',
      "[app.json:1:45] the policy has a boolean or a list in a list",
    ],
    ["null", '{"path": null}', "[app.json:1:10] the policy has null where a value should be"],
    ["a path that is text", '{"path": "a"}', "[app.json:1:10] path has no single name with rules"],
    ["a rule that is text", '{"path": {"a": "read"}}', "[app.json:1:16] path has no single name with rules"],
    [
      "a key twice",
      '{"path": {"a": {"capabilities": ["read"],\n"capabilities": ["list"]}}}',
      "[app.json:2:1] capabilities is there already on line 1",
    ],
    ["a mistyped key", '{"path": {"a": {"capability": ["read"]}}}', "[app.json:1:17] capability is no key of a rule"],
  ])("in JSON, for %s", async (_, text, message) => {
    expect(await refusalOf(text, "app.json")).toContain(message);
  });

  it("in words, whatever the text", async () => {
    const pieces = fc.constantFrom(
      ...[
        'path "a" {',
        "}",
        "\n",
        "capabilities = ",
        '["read"]',
        "[",
        "]",
        '"',
        "#",
        "/*",
        "*/",
        "\\",
        "${",
        "{",
        "=",
        ":",
      ],
      ...[",", "true", "null", "1e999", "-", "<<E", "é", "\0", "\ud800", "allowed_parameters", '"path"', "{}"],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), fc.constantFrom("a.hcl", "a.json"), async (parts, file) => {
        const text = parts.join("");
        const answer = await parse(text, file).then(
          () => "read",
          (error: unknown) => (error instanceof LeaseholdError ? error.where : error),
        );
        expect(answer === "read" || /^a\.(hcl|json):\d+:\d+$/.test(String(answer))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what a document writes", () => {
  const rules = fc.array(randomRule(), { maxLength: 4 });

  it("is read as that document, in HCL and in JSON", async () => {
    await fc.assert(
      fc.asyncProperty(rules, async (given) => {
        const document = new PolicyDocument(given);
        const hcl = await parsePolicy(document.toHcl(), { file: "a.hcl" });
        const text = jsonOf(document);
        expect(hcl.document.rules).toEqual(document.rules);
        if (text !== undefined) {
          expect((await parsePolicy(text, { file: "a.json" })).document.rules).toEqual(document.rules);
        }
        expect(hcl.document.toHcl()).toBe(document.toHcl());
      }),
      { numRuns: 300 },
    );
  });

  it("holds nothing that Terraform would fill in", () => {
    fc.assert(
      fc.property(rules, (given) => {
        expect(new PolicyDocument(given).toHcl()).not.toMatch(/[$%]\{/);
        expect(jsonOf(new PolicyDocument(given)) ?? "").not.toMatch(/[$%]\{/);
      }),
    );
  });
});
