import { checkStatements } from "../../constructs/database/statements/check";
import { CustomStatements, type CustomStatementLists } from "../../constructs/database/statements/custom-statements";
import { refusalOf } from "../helpers/environments";

const creation = [`CREATE LOGIN [{{name}}] WITH PASSWORD = '{{password}}'`];

describe("CustomStatements", () => {
  it("are the lists that were given", () => {
    const revocation = ["DROP LOGIN [{{name}}]"];
    const renewal = ["EXEC renew '{{name}}', '{{expiration}}'"];
    const set = CustomStatements.of({ creation, revocation, renewal, longestTtl: "2d" });
    expect(set).toEqual({
      dialect: "other",
      creation,
      revocation,
      renewal,
      groups: [],
      definedGroups: {},
      access: {},
      longestTtl: 172_800,
    });
    expect(checkStatements(set)).toEqual([]);
  });

  it("leave to the plug-in what was said to be left to it", () => {
    const set = CustomStatements.of({ creation, revocation: { pluginDefault: true } });
    expect(set).toMatchObject({ revocation: [], renewal: [], longestTtl: undefined });
    expect(checkStatements(set)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["an empty list", []],
    ["nothing", undefined],
    ["a default that is not wanted", { pluginDefault: false }],
    ["something else", {}],
  ])("refuse %s for a revocation", (_what, revocation) => {
    const lists = { creation, revocation } as CustomStatementLists;
    expect(refusalOf(() => CustomStatements.of(lists))).toBe(
      "[CustomStatements.of] revocation is empty: give the statements that drop a user, or { pluginDefault: true } where what the " +
        "plug-in does by itself serves",
    );
  });

  it("refuse a longest TTL that is none", () => {
    const lists = {
      creation,
      revocation: { pluginDefault: true },
      longestTtl: "2 days",
    } as unknown as CustomStatementLists;
    expect(refusalOf(() => CustomStatements.of(lists))).toContain(
      '[CustomStatements.of] longestTtl "2 days" is not a duration: write',
    );
  });

  it("must make a user, and hold nothing that Vault or Terraform would fill in otherwise", () => {
    const problems = (...items: string[]) =>
      checkStatements(CustomStatements.of({ creation: items, revocation: { pluginDefault: true } })).map(
        ({ field, problem }) => `${field} ${problem}`,
      );
    expect(problems()).toEqual(["creation is empty: no user would be made"]);
    expect(problems(" ")).toEqual(["creation[0] is empty"]);
    expect(problems("{{role}}")).toEqual(["creation[0] holds {{role}}, which Vault does not fill in here"]);
    expect(problems("${name}")).toEqual(["creation[0] holds ${, which Terraform would fill in"]);
  });
});
