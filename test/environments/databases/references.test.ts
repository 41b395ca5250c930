import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { environmentOf, everyEngine, misfitOf } from "../../helpers/databases";

const { postgres, mysql } = everyEngine;
const ttls = { defaultTtl: "1h", maxTtl: "8h" } as const;
const withRoles = (...statements: readonly PostgresStatements[]) => ({
  ...postgres,
  roles: statements.map((each, at) => ({ name: `role-${at}`, statements: each, ...ttls })),
});

describe("a database", () => {
  it("needs a role of some kind", () => {
    expect(misfitOf({ ...postgres, roles: [], staticRoles: [] })).toContain("databases[0].roles are none");
    expect(environmentOf({ ...postgres, roles: [] }).databases[0]?.staticRoles).toHaveLength(1);
  });

  it("needs the group roles that its roles build on", () => {
    expect(misfitOf(withRoles(PostgresStatements.memberOf("ghosts")))).toContain(
      'databases[0].roles[0].statements group role "ghosts" is not declared: declare it or use one of app_ro, billing_ro, app_owner',
    );
    const [role] = mysql.roles;
    expect(misfitOf({ ...mysql, bootstrap: { ...mysql.bootstrap, groups: {} }, roles: [role] })).toContain(
      'group role "shop_ro" is not declared',
    );
  });

  it("makes the group roles that its roles ask for, once for all that ask the same", () => {
    const readers = PostgresStatements.readOnly({ group: "readers" });
    expect(() => environmentOf(withRoles(readers, readers, PostgresStatements.memberOf("readers")))).not.toThrow();
  });

  it("can't make one group role for two purposes", () => {
    const sets = [PostgresStatements.readOnly({ group: "staff" }), PostgresStatements.readWrite({ group: "staff" })];
    expect(misfitOf(withRoles(...sets))).toContain(
      "databases[0].bootstrap group role staff is asked for twice, with different privileges",
    );
    expect(misfitOf(withRoles(PostgresStatements.readOnly({ group: "app_ro" })))).toContain(
      "databases[0].bootstrap group role app_ro is asked for twice",
    );
  });

  it("makes superusers only where its admin is one, for a reason", () => {
    const superuser = PostgresStatements.superuser({ reason: "an extension that only superusers load" });
    expect(misfitOf(withRoles(superuser))).toContain(
      "databases[0].roles[0].statements make role-0 a superuser, which only a superuser can do",
    );
    const bootstrap = { ...postgres.bootstrap, superuserAdmin: "makes superusers for extensions" };
    expect(() => environmentOf({ ...withRoles(superuser), bootstrap })).not.toThrow();
  });

  it("can't be prepared with a name for two things", () => {
    const bootstrap = { ...postgres.bootstrap, ownerRole: "vault_admin" };
    expect(misfitOf({ ...withRoles(PostgresStatements.migrator({ ownerRole: "vault_admin" })), bootstrap })).toContain(
      "databases[0].bootstrap role name vault_admin stands for two",
    );
  });
});
