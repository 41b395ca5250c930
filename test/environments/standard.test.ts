import { parseTtlPair } from "../../constructs/core/duration";
import { checkStatements } from "../../constructs/database/statements/check";
import { postgresBootstrap } from "../../constructs/database/statements/postgres-bootstrap";
import { standardBootstrap, standardRoles } from "../../environments/standard";

describe("standardRoles", () => {
  it("are a reader, a writer and an admin, by the groups that they build on", () => {
    expect(standardRoles.map(({ name, statements }) => [name, ...statements.groups])).toEqual([
      ["app-readonly", "app_ro", "app_owner"],
      ["app-writer", "app_rw", "app_owner"],
      ["admin", "app_owner"],
    ]);
  });

  it("make a user a member of its own group only", () => {
    const memberships = standardRoles.map(({ statements }) => / IN ROLE (.*)$/.exec(statements.creation[0] ?? "")?.[1]);
    expect(memberships).toEqual(['"app_ro"', '"app_rw"', '"app_owner"']);
  });

  it.each(standardRoles)("have sound statements, and no superuser: $name", ({ statements }) => {
    expect(checkStatements(statements)).toEqual([]);
    expect(statements.superuserReason).toBeUndefined();
  });

  it("live shorter the more they may do", () => {
    const longest = standardRoles.map((role) => parseTtlPair(role.name, role).max);
    expect(longest).toEqual([86_400, 28_800, 7200]);
  });
});

describe("standardBootstrap", () => {
  it("prepares every group that the roles build on", () => {
    const prepared = [standardBootstrap.ownerRole, ...Object.keys(standardBootstrap.groups)];
    const wanted = standardRoles.flatMap(({ statements }) => statements.groups);
    expect(prepared).toEqual(expect.arrayContaining(wanted));
  });

  it("lets the readers' group read only", () => {
    expect(standardBootstrap.groups).toEqual({ app_ro: "read-only", app_rw: "read-write" });
  });

  it.each([14, 15, 16, 17, 18])("makes a script for PostgreSQL %d", (version) => {
    const script = postgresBootstrap({ ...standardBootstrap, version, database: "app", adminUsername: "vault_admin" });
    for (const role of ["app_owner", "app_ro", "app_rw"]) expect(script).toContain(`CREATE ROLE "${role}" NOLOGIN;`);
  });
});
