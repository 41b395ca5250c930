import fc from "fast-check";
import { isMountPath, isName, requireMountPath, requireName } from "../../constructs/core/names";
import { refusalOf } from "../helpers/environments";

const form = "letters, digits, `_`, `-` and `.`, beginning with a letter or digit, 63 characters at most";

const goodNames = ["a", "app-readonly", "app_ro", "v1.2", "0day", "A", "x".repeat(63)];

const neverNames: readonly (readonly [reason: string, value: string])[] = [
  ["empty", ""],
  ["with a space", "app readonly"],
  ["with a space at the end", "app "],
  ["with a line break at the end", "app\n"],
  ["with a single quote", "app'--"],
  ["with a double quote", 'app"'],
  ["with a backslash", "app\\"],
  ["with a semicolon", "app;"],
  ["with a Terraform interpolation", "${var.name}"],
  ["with a Terraform directive", "%{if true}"],
  ["a cdktf token", "${TfToken[TOKEN.0]}"],
  ["with a placeholder", "{{name}}"],
  ["with a wildcard", "app*"],
  ["beginning with -", "-app"],
  ["beginning with .", ".app"],
  ["two dots", ".."],
  ["beginning with _", "_app"],
  ["with letters beyond ASCII", "größe"],
  ["64 characters long", "x".repeat(64)],
];

describe("isName and requireName", () => {
  it.each(goodNames)("accept %s", (name) => {
    expect(isName(name)).toBe(true);
    expect(requireName("dev", "name", name)).toBe(name);
  });

  it.each([...neverNames, ["with a slash", "team/app"]] as const)("refuse a name that is %s", (_reason, name) => {
    expect(isName(name)).toBe(false);
    expect(refusalOf(() => requireName("dev/Database", "ownerRole", name))).toBe(
      `[dev/Database] ownerRole ${JSON.stringify(name)} can't be used in a Vault path: use ${form}`,
    );
  });

  it.each([undefined, null, 5, ["app"]])("refuse what is no string: %p", (value) => {
    expect(isName(value)).toBe(false);
    expect(refusalOf(() => requireName("dev", "name", value as unknown as string))).toContain(
      `[dev] name ${JSON.stringify(value)} can't be used`,
    );
  });

  it("accept nothing that means something in a path, in HCL, in SQL or to Terraform", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 8 }), (text) => {
        if (isName(text)) expect(text).not.toMatch(/[^\w.-]/);
      }),
    );
  });
});

describe("isMountPath and requireMountPath", () => {
  it.each([...goodNames, "team/database", "a/b/c", `${"x".repeat(63)}/${"y".repeat(63)}`])("accept %s", (path) => {
    expect(isMountPath(path)).toBe(true);
    expect(requireMountPath("dev", "path", path)).toBe(path);
  });

  it.each([
    ...neverNames,
    ["a leading slash", "/database"],
    ["a trailing slash", "database/"],
    ["an empty segment", "team//database"],
    ["only a slash", "/"],
    ["a way out", "team/../sys"],
    ["one bad segment", "team/data base"],
    ["one segment too long", `team/${"x".repeat(64)}`],
  ] as const)("refuse a path that is or has %s", (_reason, path) => {
    expect(isMountPath(path)).toBe(false);
    expect(refusalOf(() => requireMountPath("dev/Database", "path", path))).toBe(
      `[dev/Database] path ${JSON.stringify(path)} can't be used in a Vault path: ` +
        `use names joined by "/", without "/" at either end; a name is ${form}`,
    );
  });

  it.each([undefined, null, 5])("refuse what is no string: %p", (value) => {
    expect(isMountPath(value)).toBe(false);
  });
});
