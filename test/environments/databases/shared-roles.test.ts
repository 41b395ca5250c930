import { MariaDbStatements } from "../../../constructs/database/statements/mysql-statements";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { parseEnvironment } from "../../../environments/load";
import { definitionOf, everyEngine } from "../../helpers/databases";
import { refusalOf } from "../../helpers/environments";

const { postgres } = everyEngine;
const billing = {
  ...postgres,
  name: "billing",
  host: "billing.example.com",
  roles: [],
  staticRoles: [],
  plugin: undefined,
};
const auditor = {
  name: "auditor",
  databases: ["pg", "billing"],
  statements: PostgresStatements.memberOf("app_ro"),
  defaultTtl: "1h",
  maxTtl: "2h",
};
const parse = (...sharedRoles: readonly object[]) =>
  parseEnvironment({
    ...definitionOf(postgres, billing),
    sharedRoles,
    policies: [{ name: "audit", credentials: ["database/billing-auditor"] }],
  });

describe("a shared role", () => {
  it("becomes a role of each of its databases, that can be granted like any other", () => {
    const { databases, sharedRoles } = parse(auditor);
    expect(databases.map(({ roles }) => roles.map(({ name }) => name))).toEqual([
      ["pg-reader", "pg-auditor"],
      ["billing-auditor"],
    ]);
    expect(databases[1]?.roles[0]).toEqual({
      name: "billing-auditor",
      statements: auditor.statements,
      defaultTtl: "1h",
      maxTtl: "2h",
    });
    expect(sharedRoles).toEqual([]);
  });

  it.each<[object, string]>([
    [{ databases: ["pg", "ghost"] }, 'sharedRoles[0].databases names "ghost", which is not declared: use pg, billing'],
    [{ databases: [] }, "sharedRoles[0].databases Too small"],
    [{ statements: "SELECT 1" }, "sharedRoles[0].statements is not a statement set: use a preset"],
    [
      { statements: MariaDbStatements.readOnly({ databases: ["a"] }) },
      "databases[0].roles[1].statements is not a statement set for this engine",
    ],
    [
      { name: "reader", databases: ["pg", "billing"] },
      'databases[0].roles[1].name role "database/pg-reader" is declared twice',
    ],
    [{ maxTtl: "0s" }, 'sharedRoles[0].maxTtl "0s" is not a duration'],
  ])("is refused with %j", (change, message) => {
    expect(refusalOf(() => parse({ ...auditor, ...change }))).toContain(message);
  });
});
