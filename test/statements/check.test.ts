import {
  checkRotation,
  checkStatements,
  requireSoundRotation,
  requireSoundStatements,
} from "../../constructs/database/statements/check";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { type Dialect, dialects, type StatementSet } from "../../constructs/database/statements/statement-set";
import { refusalOf } from "../helpers/environments";

const createUser = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;

const sound: StatementSet = {
  dialect: "postgresql",
  creation: [createUser],
  revocation: [`DROP ROLE IF EXISTS "{{name}}"`],
  renewal: [],
  groups: [],
  definedGroups: {},
  access: {},
};

/** What is said against the sound set with a change, a line each. */
const findingsWith = (change: Partial<StatementSet>): string[] =>
  checkStatements({ ...sound, ...change }).map(({ field, problem, remedy }) => `${field} ${problem}: ${remedy}`);

/** What is said against one more statement in the creation. */
const findingsOf = (item: string, change: Partial<StatementSet> = {}): string[] =>
  findingsWith({ creation: [createUser, item], ...change });

describe("what Vault fills in", () => {
  it.each<[string, Partial<StatementSet>, string]>([
    ["an unknown one", { creation: [createUser, "SELECT '{{role}}'"] }, "creation[1] holds {{role}}"],
    [
      "a password when it revokes",
      { revocation: [`DROP ROLE "{{name}}" -- {{password}}`] },
      "revocation[0] holds {{password}}",
    ],
    [
      "an expiry when it revokes",
      { revocation: [`SELECT '{{name}}{{expiration}}'`] },
      "revocation[0] holds {{expiration}}",
    ],
    [
      "a password when it renews",
      { renewal: [`ALTER ROLE "{{name}}" PASSWORD '{{password}}'`] },
      "renewal[0] holds {{password}}",
    ],
  ])("is not %s", (_what, change, start) => {
    const [finding] = findingsWith(change);
    expect(finding).toContain(`${start}, which Vault does not fill in here: use {{name}}, {{username}}`);
  });

  it.each<[keyof StatementSet & ("creation" | "revocation" | "renewal"), string]>([
    ["creation", "use {{name}}, {{username}}, {{password}}, {{expiration}}"],
    ["revocation", "use {{name}}, {{username}}"],
    ["renewal", "use {{name}}, {{username}}, {{expiration}}"],
  ])("in %s is listed", (purpose, expected) => {
    const findings = findingsWith({ [purpose]: [...sound[purpose], "SELECT '{{other}}'"] });
    expect(findings.find((each) => each.includes("{{other}}"))?.endsWith(`: ${expected}`)).toBe(true);
  });

  it("is an expiry when it renews", () => {
    expect(findingsWith({ renewal: [`ALTER ROLE "{{name}}" VALID UNTIL '{{expiration}}'`] })).toEqual([]);
  });

  it("is no placeholder with spaces in it: Vault replaces {{name}} to the letter", () => {
    expect(findingsOf(`ALTER ROLE "{{ name }}" NOINHERIT`)[0]).toContain("which Vault does not fill in here");
  });
});

describe("an item", () => {
  it.each(["${database}", "%{ if true }", "a $${b}"])("must leave nothing to Terraform, such as %s", (text) => {
    const marker = text.includes("%{") ? "%{" : "${";
    expect(findingsOf(`COMMENT ON ROLE "{{name}}" IS '${text}'`)).toEqual([
      `creation[1] holds ${marker}, which Terraform would fill in: write the statement without it, for instance with concat()`,
    ]);
  });

  it("may hold $ and { apart", () => {
    expect(findingsOf(`COMMENT ON ROLE "{{name}}" IS '$ {100%}'`)).toEqual([]);
  });
});

describe("a dialect", () => {
  const block = "DO $$ BEGIN PERFORM 1; END $$";

  it("holds its own statements to its own rules", () => {
    expect(findingsWith({ renewal: [block] })).toEqual([expect.stringMatching(/^renewal\[0\] holds a DO block: /)]);
  });

  it.each(dialects.filter((dialect) => dialect !== "postgresql"))("such as %s knows no DO block", (dialect) => {
    expect(findingsWith({ dialect, renewal: [block] }).filter((each) => each.includes("DO block"))).toEqual([]);
  });

  it.each(dialects)("such as %s wants each placeholder known and nothing left to Terraform", (dialect) => {
    const findings = findingsWith({ dialect, creation: [createUser, "SELECT '{{role}} ${database}'"] });
    expect(findings).toContainEqual(expect.stringMatching(/^creation\[1\] holds \{\{role\}\}, which Vault does not/));
    expect(findings).toContainEqual(expect.stringMatching(/^creation\[1\] holds \$\{, which Terraform would fill in/));
  });

  it.each(dialects)("such as %s must make a user", (dialect) => {
    expect(findingsWith({ dialect, creation: [] })).toContainEqual(
      expect.stringMatching(/^creation is empty: no user would be made: /),
    );
  });

  it("that is not known here is free in all else, but no item may be empty", () => {
    const any: Partial<StatementSet> = { dialect: "other", creation: ["make a user"], revocation: [] };
    expect(findingsWith(any)).toEqual([]);
    expect(findingsWith({ ...any, renewal: ["  "] })).toEqual([
      "renewal[0] is empty: remove the item or write the statement",
    ]);
  });
});

describe("a statement that was judged before", () => {
  const item = "SELECT '{{nobody}}'";
  const powerful = `ALTER ROLE "{{name}}" SUPERUSER`;

  it("is judged the same, under the place where it stands now", () => {
    const [first] = findingsOf(item);
    expect(first).toMatch(/^creation\[1\] holds \{\{nobody\}\}/);
    expect(findingsOf(item)).toEqual([first]);
    expect(findingsWith({ creation: [item, createUser] })).toEqual([first?.replace("[1]", "[0]")]);
  });

  it("is judged anew for another purpose", () => {
    const expiry = `ALTER ROLE "{{name}}" VALID UNTIL '{{expiration}}'`;
    expect(findingsOf(expiry)).toEqual([]);
    expect(findingsWith({ revocation: [expiry] })).toEqual([
      expect.stringContaining("revocation[0] holds {{expiration}}, which Vault does not fill in here"),
    ]);
  });

  it("is judged anew for another dialect", () => {
    const block = "DO $$ BEGIN PERFORM 2; END $$";
    expect(findingsWith({ dialect: "other", renewal: [block] })).toEqual([]);
    expect(findingsWith({ renewal: [block] })).toHaveLength(1);
  });

  it("is not waived by the reason that another set gave", () => {
    expect(findingsOf(powerful, { superuserReason: "Restores dumps" })).toEqual([]);
    expect(findingsOf(powerful)).toHaveLength(1);
    expect(findingsOf(powerful, { superuserReason: "Restores dumps" })).toEqual([]);
  });
});

describe("requireSoundStatements", () => {
  it("lets a sound set pass, and every preset", () => {
    const sets = [sound, PostgresStatements.memberOf("app_ro"), PostgresStatements.migrator()];
    for (const set of sets) expect(() => requireSoundStatements("dev", set)).not.toThrow();
    const custom = PostgresStatements.custom({ creation: [createUser] });
    expect(() => requireSoundStatements("dev", custom)).not.toThrow();
  });

  it("names the role, the item, the problem and the remedy", () => {
    const set = { ...sound, revocation: [] };
    expect(refusalOf(() => requireSoundStatements("dev/Database/orders/app", set))).toBe(
      "[dev/Database/orders/app] statements.revocation is empty: the plug-in's default fails for users that own objects or " +
        "have sessions: leave `revocation` out of PostgresStatements.custom to get the proven one",
    );
  });

  it("tells everything at once", () => {
    const set = {
      ...sound,
      creation: [createUser, 'ALTER ROLE "{{name}}" SUPERUSER', 'GRANT SELECT ON a TO "{{name}}"'],
    };
    expect(refusalOf(() => requireSoundStatements("dev", set))).toMatch(
      /^\[dev\] statements\.creation\[1\] gives the user SUPERUSER: .*; also: statements\.creation\[2\] grants on an object .*: grant to/,
    );
  });
});

describe("checkRotation", () => {
  const change = `ALTER ROLE "{{name}}" PASSWORD '{{password}}'`;
  const rotationFindings = (...statements: string[]): string[] =>
    checkRotation("postgresql", statements).map(({ field, problem }) => `${field} ${problem}`);

  it("has nothing against changing the user's password, over several statements too", () => {
    expect(rotationFindings(change)).toEqual([]);
    expect(rotationFindings(change.replace("name", "username"))).toEqual([]);
    expect(rotationFindings(`ALTER ROLE "{{name}}" LOGIN`, change)).toEqual([]);
  });

  it.each([
    ["the user", "ALTER ROLE app PASSWORD '{{password}}'"],
    ["the password", `ALTER ROLE "{{name}}" PASSWORD NULL`],
    ["either", "SELECT 1"],
  ])("refuses what doesn't name %s: Vault would keep a password that the server never got", (_what, statement) => {
    expect(rotationFindings(statement)).toEqual([expect.stringContaining("lacks {{name}} or {{password}}: ")]);
  });

  it("refuses an empty list, which changes nothing", () => {
    expect(rotationFindings()).toEqual([expect.stringContaining("lacks {{name}} or {{password}}: ")]);
  });

  it("judges each statement as others are judged, under its place", () => {
    expect(rotationFindings(change, `ALTER ROLE "{{name}}" SUPERUSER`)).toEqual(["[1] gives the user SUPERUSER"]);
    expect(rotationFindings(change, "")).toEqual(["[1] is empty"]);
    expect(rotationFindings(change, "ALTER ROLE {{name}} LOGIN")).toEqual([
      expect.stringMatching(/^\[1\] holds \{\{name\}\} without quotes/),
    ]);
  });

  it("knows no expiry: a static user has none", () => {
    expect(rotationFindings(change, `ALTER ROLE "{{name}}" VALID UNTIL '{{expiration}}'`)).toEqual([
      "[1] holds {{expiration}}, which Vault does not fill in here",
    ]);
  });

  it.each<Dialect>(["postgresql", "other"])("refuses an empty statement in %s", (dialect) => {
    expect(checkRotation(dialect, [change, " "]).map(({ field, problem }) => `${field} ${problem}`)).toEqual([
      "[1] is empty",
    ]);
  });
});

describe("requireSoundRotation", () => {
  it("lets sound statements pass", () => {
    const statements = [`ALTER ROLE "{{username}}" PASSWORD '{{password}}'`];
    expect(() => requireSoundRotation("dev", "rotationStatements", "postgresql", statements)).not.toThrow();
  });

  it("names the construct, the field, the item and all that is wrong", () => {
    const statements = [`ALTER ROLE {{name}} PASSWORD '{{password}}'`, ""];
    const check = () => requireSoundRotation("dev/Orders", "rootRotationStatements", "postgresql", statements);
    expect(refusalOf(check)).toMatch(
      /^\[dev\/Orders\] rootRotationStatements\[0\] holds \{\{name\}\} without quotes: .*; also: rootRotationStatements\[1\] is empty: /,
    );
  });
});
