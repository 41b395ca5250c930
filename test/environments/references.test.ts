import { SecretInput } from "../../constructs/core/secret-input";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { parseEnvironment } from "../../environments/load";
import { checkReferences } from "../../environments/references";
import { environmentSchema } from "../../environments/schema";
import { environmentWith, refusalOf, soundEnvironment } from "../helpers/environments";

/** What does not fit, a line each. */
const misfitsWith = (changes: Readonly<Record<string, unknown>>): string[] =>
  checkReferences(environmentSchema.parse(environmentWith(changes))).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

const twice = (named: string): string => `${named} is declared twice: give one of the two another name`;

describe("an environment whose references fit", () => {
  it("has no misfits", () => {
    expect(misfitsWith({})).toEqual([]);
  });

  it("may have a database and a role of one name, and a policy and a login", () => {
    expect(misfitsWith({ "databases[1].roles[0].name": "orders", "auth[1].roles[0].name": "developers" })).toEqual([]);
  });

  it("may have logins of one name in two auth methods", () => {
    expect(misfitsWith({ "auth[1].roles[0].name": "app" })).toEqual([]);
  });

  it("may have roles of one name in two mounts", () => {
    const [orders] = soundEnvironment().databases;
    const moved = { ...orders, name: "archive", mount: "reports/database" };
    expect(misfitsWith({ "databases[1]": moved })).toEqual([]);
  });
});

describe("a name that is declared twice", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["a mount", { "mounts[1].path": "database" }, `mounts.1.path: ${twice('mount "database"')}`],
    [
      "a database, whatever its mount",
      { "databases[1].name": "orders", "databases[1].mount": "reports/database" },
      `databases.1.name: ${twice('database "orders"')}`,
    ],
    [
      "a role of two databases of one mount",
      { "databases[1].roles[0].name": "orders-reader" },
      `databases.1.roles.0.name: ${twice('role "database/orders-reader"')}`,
    ],
    [
      "a role of one database",
      { "databases[0].roles[1].name": "orders-reader" },
      `databases.0.roles.1.name: ${twice('role "database/orders-reader"')}`,
    ],
    ["an auth method", { "auth[1].path": "approle" }, `auth.1.path: ${twice('auth method "approle"')}`],
    ["a login", { "auth[0].roles[1].name": "app" }, `auth.0.roles.1.name: ${twice('login "approle/app"')}`],
    ["a policy", { "policies[1].name": "developers" }, `policies.1.name: ${twice('policy "developers"')}`],
  ])("is refused for %s", (_kind, changes, expected) => {
    expect(misfitsWith(changes)).toEqual([expected]);
  });

  it("three times is told twice", () => {
    const policies = ["dbas", "dbas", "developers", "dbas"].map((name) => ({ name }));
    expect(misfitsWith({ policies })).toEqual([
      `policies.1.name: ${twice('policy "dbas"')}`,
      `policies.3.name: ${twice('policy "dbas"')}`,
    ]);
  });
});

describe("a name that is declared nowhere", () => {
  const roles = "database/orders-reader, database/orders-writer, database/billing-reader";

  it.each<[string, Record<string, unknown>, string]>([
    [
      "the mount of a database",
      { "databases[1].mount": "other" },
      'databases.1.mount: mount "other" is not declared: declare it or use one of database, reports/database',
    ],
    [
      "a group role of statements",
      { "databases[0].roles[1].statements": PostgresStatements.memberOf(["app_ro", "app_rw"]) },
      'databases.0.roles.1.statements: group role "app_rw" is not declared: declare it or use one of app_ro, app_owner',
    ],
    [
      "the owner role of statements",
      { "databases[0].roles[1].statements": PostgresStatements.migrator({ ownerRole: "x" }) },
      'databases.0.roles.1.statements: group role "x" is not declared: declare it or use one of app_ro, app_owner',
    ],
    [
      "a role of a login",
      { "auth[0].roles[1].credentials": ["database/orders-reader", "database/none"] },
      `auth.0.roles.1.credentials: role "database/none" is not declared: declare it or use one of ${roles}`,
    ],
    [
      "a role of a login, in another mount",
      { "auth[0].roles[1].credentials": ["reports/database/orders-reader"] },
      `auth.0.roles.1.credentials: role "reports/database/orders-reader" is not declared: declare it or use one of ${roles}`,
    ],
    [
      "a policy of a login",
      { "auth[1].roles[0].policies": ["admins"] },
      'auth.1.roles.0.policies: policy "admins" is not declared: declare it or use one of developers, dbas',
    ],
    [
      "a role of a policy",
      { "policies[0].credentials": ["database/none"] },
      `policies.0.credentials: role "database/none" is not declared: declare it or use one of ${roles}`,
    ],
    [
      "a mount of a policy",
      { "policies[1].allCredentialsOf": ["database", "other"] },
      'policies.1.allCredentialsOf: mount "other" is not declared: declare it or use one of database, reports/database',
    ],
  ])("is refused for %s", (_kind, changes, expected) => {
    expect(misfitsWith(changes)).toEqual([expected]);
  });

  it("is refused with the hint that there is none to use", () => {
    const changes = {
      mounts: [],
      databases: [],
      auth: [],
      policies: [{ name: "dbas", allCredentialsOf: ["database"] }],
    };
    expect(misfitsWith(changes)).toEqual([
      'policies.0.allCredentialsOf: mount "database" is not declared: declare it or use one of (none declared)',
    ]);
  });
});

describe("Terraform's own login", () => {
  const login = { method: "approle", roleId: SecretInput.variable("id"), secretId: SecretInput.variable("secret") };

  it("may be through a method that is not the environment's", () => {
    expect(misfitsWith({ "vault.login": { ...login, path: "deployer" } })).toEqual([]);
    expect(misfitsWith({ "vault.login": { method: "token" } })).toEqual([]);
  });

  it.each([undefined, "approle"])("can't be through a method that it has yet to make (path %p)", (path) => {
    expect(misfitsWith({ "vault.login": { ...login, path }, "auth[0].path": "approle" })).toEqual([
      'vault.login.path: "approle" is this environment\'s own auth method, which does not exist before the first ' +
        'deployment: log in through one that is mounted by hand, such as "deployer"',
    ]);
  });
});

describe("parseEnvironment", () => {
  it("tells all that does not fit at once, each with its place", () => {
    const definition = environmentWith({ "policies[1].name": "developers", "auth[1].roles[0].policies": ["admins"] });
    expect(refusalOf(() => parseEnvironment(definition))).toBe(
      `[environments/test] policies[1].name ${twice('policy "developers"')}; auth[1].roles[0].policies policy "admins" is not ` +
        "declared: declare it or use one of developers, developers: mend what is named and deploy again",
    );
  });

  it("tells of an unknown mount alone, not of every reference to the roles in it", () => {
    expect(refusalOf(() => parseEnvironment(environmentWith({ "databases[0].mount": "other" })))).toBe(
      '[environments/test] databases[0].mount mount "other" is not declared: declare it or use one of database, ' +
        "reports/database: mend what is named and deploy again",
    );
  });
});
