import { checkRotation, checkStatements } from "../../constructs/database/statements/check";
import { MongoDbStatements } from "../../constructs/database/statements/mongodb-statements";
import type { StatementSet } from "../../constructs/database/statements/statement-set";

const sound = {
  creation: ['{"db": "app", "roles": [{"role": "read", "db": "orders"}]}'],
  revocation: ['{"db": "app"}'],
};

/** What is said of sound JSON with a change, a line a finding. */
function findingsWith(change: Partial<StatementSet>): string[] {
  const set = Object.assign(MongoDbStatements.custom(sound), change);
  return checkStatements(set).map(({ field, problem, remedy }) => `${field} ${problem}: ${remedy}`);
}

const asCreated = 'write it as in {"db": "admin", "roles": [{"role": "read", "db": "orders"}]}';
const asRevoked = 'write it as in {"db": "admin"}';

describe("MongoDB's statements", () => {
  it("are sound as one item in each list that names the same database", () => {
    expect(findingsWith({})).toEqual([]);
  });

  it.each(["creation", "revocation"] as const)("must be JSON in %s", (purpose) => {
    const finding = `${purpose}[0] is not JSON: ${purpose === "creation" ? asCreated : asRevoked}`;
    expect(findingsWith({ [purpose]: ["db.createUser()"] })).toEqual([finding]);
    expect(findingsWith({ [purpose]: [""] })).toEqual([finding]);
  });

  it.each<[string, string]>([
    ["[]", "is not a JSON object"],
    ['"admin"', "is not a JSON object"],
    ['{"db": "app"}', "has no array in roles"],
    ['{"db": "app", "roles": []}', "has nothing in roles"],
    ['{"db": "app", "roles": ["read"]}', "has no object in roles[0]"],
    ['{"db": "app", "roles": [{"db": "orders"}]}', "has no string in roles[0].role"],
    ['{"db": "app", "roles": [{"role": "read"}, {"role": ""}]}', "has nothing in roles[1].role"],
    ['{"db": "", "roles": [{"role": "read"}]}', "has nothing in db"],
    ['{"db": 7, "roles": [{"role": "read"}]}', "has no string in db"],
  ])("can't be made of %s", (item, problem) => {
    expect(findingsWith({ creation: [item] })).toEqual([`creation[0] ${problem}: ${asCreated}`]);
  });

  it("name the key that a mistyped one was meant to be", () => {
    expect(findingsWith({ creation: ['{"DB": "app", "role": [], "roles": [{"role": "read"}]}'] })).toEqual([
      'creation[0] has the unknown key "DB", which the plug-in would skip silently: did you mean "db"?',
      'creation[0] has the unknown key "role", which the plug-in would skip silently: did you mean "roles"?',
    ]);
    expect(findingsWith({ creation: ['{"db": "app", "roles": [{"role": "read", "dbs": "orders"}]}'] })).toEqual([
      'creation[0] has the unknown key "dbs" in roles[0], which the plug-in would skip silently: did you mean "db"?',
    ]);
  });

  it("may hold no key that is like none of the plug-in's", () => {
    expect(findingsWith({ creation: ['{"db": "app", "roles": [{"role": "read"}], "customData": {}}'] })).toEqual([
      'creation[0] has the unknown key "customData", which the plug-in would skip silently: use "db" and "roles" only',
    ]);
    expect(findingsWith({ revocation: ['{"db": "app", "roles": []}'] })).toEqual([
      'revocation[0] has the unknown key "roles", which the plug-in would skip silently: use "db" only',
    ]);
  });

  it("are one item a list: of more the plug-in reads one, or none", () => {
    const [creation = "", revocation = ""] = [...sound.creation, ...sound.revocation];
    expect(findingsWith({ creation: [creation, creation] })).toEqual([
      "creation has 2 items: the plug-in reads the first alone and skips the others silently: " +
        'give one item, as in {"db": "admin", "roles": [{"role": "read", "db": "orders"}]}',
    ]);
    expect(findingsWith({ revocation: [revocation, revocation] })).toEqual([
      "revocation has 2 items: the plug-in refuses more than one, so no user would ever be dropped: " +
        'give one item, as in {"db": "admin"}',
    ]);
  });

  it("must be there", () => {
    expect(findingsWith({ creation: [] })).toEqual([
      "creation is empty: no user would be made: " +
        'give one item, as in {"db": "admin", "roles": [{"role": "read", "db": "orders"}]}',
    ]);
    expect(findingsWith({ revocation: [] })).toEqual([
      "revocation is empty: the plug-in would look for the user in admin, and call one that is kept elsewhere revoked while it " +
        'lives on: give one item, as in {"db": "admin"}',
    ]);
  });

  it.each([
    ["app", '{"db": "app", "roles": [{"role": "read"}]}', '{"db": "admin"}', "admin"],
    ["app", '{"db": "app", "roles": [{"role": "read"}]}', "{}", "admin"],
    ["admin", '{"roles": [{"role": "read"}]}', '{"db": "app"}', "app"],
  ])("must drop the user in %s, where they make it: %s and %s don't", (made, creation, revocation, ended) => {
    expect(findingsWith({ creation: [creation], revocation: [revocation] })).toEqual([
      `revocation[0] names the database ${ended}, and creation[0] makes users in ${made}: ` +
        `Vault would call them revoked while they live on: write {"db": "${made}"}`,
    ]);
  });

  it("may leave out admin, which the plug-in takes where no database is named", () => {
    const creation = ['{"roles": [{"role": "read", "db": "orders"}]}'];
    expect(findingsWith({ creation, revocation: ['{"db": "admin"}'] })).toEqual([]);
    expect(findingsWith({ creation, revocation: ["{}"] })).toEqual([]);
  });

  it("have no placeholders: the plug-in fills none in", () => {
    const [finding] = findingsWith({ creation: ['{"db": "app", "roles": [{"role": "{{name}}"}]}'] });
    expect(finding).toContain("creation[0] holds {{name}}, which Vault does not fill in here");
  });

  it("are not run on a renewal or to change a password", () => {
    expect(findingsWith({ renewal: ['{"db": "app"}'] })).toEqual([
      "renewal[0] is never run: the MongoDB plug-in does nothing on a renewal: leave it out",
    ]);
    expect(checkRotation("mongodb", ['{"db": "app"}'])).toEqual([
      {
        field: "[0]",
        kind: "course",
        problem: "is never run: the MongoDB plug-in changes passwords by itself",
        remedy: "leave it out",
      },
    ]);
    expect(checkRotation("mongodb", [])).toEqual([]);
  });
});

describe("a MongoDB user's roles", () => {
  const giving = (role: object, superuserReason?: string) =>
    findingsWith({ creation: [JSON.stringify({ db: "app", roles: [role] })], superuserReason });
  const remedy = "use read, readWrite or a role of your own, or waive it with superuserReason";

  it.each([
    "__queryableBackup",
    "__system",
    "backup",
    "clusterAdmin",
    "clusterManager",
    "dbAdminAnyDatabase",
    "hostManager",
    "readAnyDatabase",
    "readWriteAnyDatabase",
    "restore",
    "root",
    "userAdminAnyDatabase",
  ])("don't include %s without a reason", (role) => {
    expect(giving({ role, db: "admin" })).toEqual([
      `creation[0] gives the user ${role} of admin, which reaches beyond one database: ${remedy}`,
    ]);
    expect(giving({ role, db: "admin" }, "said by the architects")).toEqual([]);
    expect(giving({ role, db: "admin" }, " ")).toHaveLength(1);
  });

  it.each(["userAdmin", "dbOwner"])("don't include %s of any database without a reason", (role) => {
    expect(giving({ role })).toEqual([
      `creation[0] gives the user ${role} of app, which makes users that outlive the lease: ${remedy}`,
    ]);
    expect(giving({ role, db: "admin" })).toHaveLength(1);
    expect(giving({ role }, "hands out logins of its own")).toEqual([]);
  });

  it("are of admin where neither they nor the document name a database", () => {
    expect(findingsWith({ creation: ['{"roles": [{"role": "root"}]}'], revocation: ["{}"] })).toEqual([
      `creation[0] gives the user root of admin, which reaches beyond one database: ${remedy}`,
    ]);
  });

  it.each([{ role: "read" }, { role: "dbAdmin", db: "orders" }, { role: "clusterMonitor", db: "admin" }])(
    "may include %j",
    (role) => {
      expect(giving(role)).toEqual([]);
    },
  );

  it("may include one of the user's own that is called as a built-in one of admin", () => {
    expect(giving({ role: "backup", db: "orders" })).toEqual([]);
  });
});
