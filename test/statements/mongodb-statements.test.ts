import { checkStatements } from "../../constructs/database/statements/check";
import { MongoDbStatements } from "../../constructs/database/statements/mongodb-statements";
import { refusalOf } from "../helpers/environments";

describe("MongoDbStatements", () => {
  it("make users that read the databases named, and drop them where they are kept", () => {
    const set = MongoDbStatements.readOnly({ databases: ["orders", "billing", "orders"] });
    expect(set.creation).toEqual([
      '{"db":"admin","roles":[{"role":"read","db":"orders"},{"role":"read","db":"billing"}]}',
    ]);
    expect(set.revocation).toEqual(['{"db":"admin"}']);
    expect(checkStatements(set)).toEqual([]);
  });

  it("make users that write as well", () => {
    const set = MongoDbStatements.readWrite({ databases: ["orders"], authenticationDatabase: "users" });
    expect(set.creation).toEqual(['{"db":"users","roles":[{"role":"readWrite","db":"orders"}]}']);
    expect(set.revocation).toEqual(['{"db":"users"}']);
    expect(checkStatements(set)).toEqual([]);
  });

  it("give roles by name, those of no database in the one that the users are kept in", () => {
    const roles = ["reports", { role: "read", db: "orders" }, { role: "audit" }];
    const set = MongoDbStatements.withRoles({ roles, authenticationDatabase: "app" });
    expect(set.creation).toEqual([
      '{"db":"app","roles":[{"role":"reports","db":"app"},{"role":"read","db":"orders"},{"role":"audit","db":"app"}]}',
    ]);
    expect(set.revocation).toEqual(['{"db":"app"}']);
    expect(checkStatements(set)).toEqual([]);
  });

  it("have no renewal, no groups and nothing to say of tables", () => {
    expect(MongoDbStatements.readOnly({ databases: ["orders"] })).toMatchObject({
      dialect: "mongodb",
      renewal: [],
      groups: [],
      definedGroups: {},
      access: {},
    });
  });

  it("pass JSON of the user's own on as it stands", () => {
    const lists = { creation: ['{"roles": [{"role": "read"}]}'], revocation: ["{}"] };
    expect(MongoDbStatements.custom(lists)).toMatchObject(lists);
    expect(checkStatements(MongoDbStatements.custom(lists))).toEqual([]);
  });

  it("give a far-reaching role for a reason only", () => {
    const roles = ["clusterAdmin"];
    expect(checkStatements(MongoDbStatements.withRoles({ roles, superuserReason: "resharding at night" }))).toEqual([]);
    expect(checkStatements(MongoDbStatements.withRoles({ roles }))).toHaveLength(1);
    const custom = { creation: ['{"roles": [{"role": "root"}]}'], revocation: ["{}"] };
    expect(checkStatements(MongoDbStatements.custom({ ...custom, superuserReason: "migration" }))).toEqual([]);
    expect(checkStatements(MongoDbStatements.custom(custom))).toHaveLength(1);
  });

  it.each<[string, () => unknown, string]>([
    [
      "no database",
      () => MongoDbStatements.readOnly({ databases: [] }),
      "[MongoDbStatements.readOnly] databases is empty: name at least one database",
    ],
    [
      "a name that no database can have",
      () => MongoDbStatements.readWrite({ databases: ["orders", "a.b"] }),
      '[MongoDbStatements.readWrite] databases "a.b" is not the name of a MongoDB database: ' +
        "use letters, digits, _ and -, 63 characters at most",
    ],
    [
      "a database of users without a name",
      () => MongoDbStatements.readOnly({ databases: ["orders"], authenticationDatabase: "" }),
      '[MongoDbStatements.readOnly] authenticationDatabase "" is not the name of a MongoDB database: ' +
        "use letters, digits, _ and -, 63 characters at most",
    ],
    [
      "no role",
      () => MongoDbStatements.withRoles({ roles: [] }),
      "[MongoDbStatements.withRoles] roles is empty: name at least one role",
    ],
    [
      "a role of a database that can't be",
      () => MongoDbStatements.withRoles({ roles: [{ role: "read", db: "$external" }] }),
      '[MongoDbStatements.withRoles] roles.db "$external" is not the name of a MongoDB database: ' +
        "use letters, digits, _ and -, 63 characters at most",
    ],
  ])("refuse %s", (_what, declare, message) => {
    expect(refusalOf(declare)).toBe(message);
  });

  it.each(["", 'a"b', "{{name}}", "__system"])("refuse the role %j", (role) => {
    expect(refusalOf(() => MongoDbStatements.withRoles({ roles: [role] }))).toContain(
      `[MongoDbStatements.withRoles] roles.role ${JSON.stringify(role)} can't be used`,
    );
  });
});
