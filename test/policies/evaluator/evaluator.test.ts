import { Evaluator, type EvaluatorOptions } from "../../../policies/evaluator/evaluator";
import type { Capability } from "../../../policies/language/capability";

/** Policies by name, each with what its patterns allow. */
const evaluatorOf = (
  policies: Readonly<Record<string, Readonly<Record<string, readonly Capability[]>>>>,
  options: EvaluatorOptions = {},
) =>
  new Evaluator(
    Object.entries(policies).map(([name, rules]) => ({
      name,
      rules: Object.entries(rules).map(([path, capabilities]) => ({ path, capabilities, reason: "a test" })),
    })),
    options,
  );

const granted = (rules: Readonly<Record<string, readonly Capability[]>>, path: string) =>
  evaluatorOf({ policy: rules }).on(path);

describe("Evaluator", () => {
  it("denies what no rule names", () => {
    expect(granted({ "secret/a": ["read"] }, "secret/b")).toEqual({ capabilities: ["deny"] });
  });

  it("says which rule of which policies decides", () => {
    const evaluator = evaluatorOf({
      app: { "database/creds/app": ["read"] },
      ops: { "database/creds/*": ["read", "list"] },
    });
    expect(evaluator.on("database/creds/app")).toEqual({
      capabilities: ["read"],
      by: { pattern: "database/creds/app", policies: ["app"] },
    });
    expect(evaluator.on("database/creds/other").by).toEqual({ pattern: "database/creds/*", policies: ["ops"] });
  });

  it.each<[string, Record<string, readonly Capability[]>, string, Capability]>([
    ["the exact path before a pattern", { "a/b": ["read"], "a/*": ["update"] }, "a/b", "read"],
    ["the longer beginning", { "a/*": ["read"], "a/b*": ["update"] }, "a/bc", "update"],
    ["the later first wildcard", { "a/+/c": ["read"], "a/b*": ["update"] }, "a/b/c", "update"],
    [
      "the pattern without a star, of two that begin alike",
      { "a/+/c": ["read"], "a/+/*": ["update"] },
      "a/b/c",
      "read",
    ],
    ["the pattern with fewer segments left open", { "a/+/c/+": ["read"], "a/+/+/+": ["update"] }, "a/b/c/d", "read"],
    ["the longer pattern", { "a/+/c*": ["read"], "a/+/cd*": ["update"] }, "a/b/cde", "update"],
  ])("lets %s decide", (_, rules, path, capability) => {
    expect(granted(rules, path).capabilities).toEqual([capability]);
  });

  it("lets a + stand for one segment, an empty one too, and for no more", () => {
    const rules = { "a/+/c": ["read"] } as const;
    expect(granted(rules, "a/b/c").capabilities).toEqual(["read"]);
    expect(granted(rules, "a//c").capabilities).toEqual(["read"]);
    expect(granted(rules, "a/b/b/c").capabilities).toEqual(["deny"]);
    expect(granted(rules, "a/c").capabilities).toEqual(["deny"]);
  });

  it("adds up what policies say of one pattern, and lets deny take it all", () => {
    const rules = { reader: { "a/*": ["read"] }, writer: { "a/*": ["update"] } } as const;
    expect(evaluatorOf(rules).on("a/b")).toMatchObject({
      capabilities: ["read", "update"],
      by: { policies: ["reader", "writer"] },
    });
    expect(evaluatorOf({ ...rules, guard: { "a/*": ["deny"] } }).on("a/b").capabilities).toEqual(["deny"]);
  });

  it("lets a denial of a wider pattern not reach a narrower one", () => {
    expect(granted({ "a/*": ["deny"], "a/b": ["read"] }, "a/b").capabilities).toEqual(["read"]);
  });

  it("looks for a pattern on a folder's name without the slash first", () => {
    expect(granted({ "b/+": ["update"], "b*": ["list"] }, "b/").capabilities).toEqual(["list"]);
    expect(evaluatorOf({ policy: { "b/+": ["update"], "b*": ["list"] } }).allows("b/", "update")).toBe(true);
  });

  it("looks for it last where OpenBao is the server", () => {
    const rules = { "a/*": ["list"], "a/+": ["deny"] } as const;
    expect(evaluatorOf({ policy: rules }, { product: "vault" }).on("a/b/").capabilities).toEqual(["deny"]);
    expect(evaluatorOf({ policy: rules }, { product: "openbao" }).on("a/b/").capabilities).toEqual(["list"]);
  });

  it("allows a listing of a folder by the rule on its name, and nothing else of it", () => {
    const evaluator = evaluatorOf({ policy: { "a/b": ["list", "read"] } });
    expect(evaluator.allows("a/b/", "list")).toBe(true);
    expect(evaluator.allows("a/b/", "read")).toBe(false);
    expect(evaluator.allows("a/b", "read")).toBe(true);
    expect(evaluator.allows("a/b", "update")).toBe(false);
  });
});
