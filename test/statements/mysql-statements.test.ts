import { checkStatements } from "../../constructs/database/statements/check";
import { MariaDbStatements, MySqlStatements } from "../../constructs/database/statements/mysql-statements";
import type { TablePrivilege } from "../../constructs/database/statements/statement-set";
import { refusalOf } from "../helpers/environments";

const products = [
  ["MySqlStatements", MySqlStatements],
  ["MariaDbStatements", MariaDbStatements],
] as const;

const createUser =
  "CREATE USER '{{name}}'@'%' IDENTIFIED BY '{{password}}' REQUIRE SSL WITH MAX_USER_CONNECTIONS 20 " +
  "PASSWORD EXPIRE INTERVAL 2 DAY ACCOUNT LOCK";
const unlock = "ALTER USER '{{name}}'@'%' ACCOUNT UNLOCK";

describe.each(products)("%s", (name, statements) => {
  const readOnly = (options: object = {}) => statements.readOnly({ databases: ["app"], ...options });

  it("makes a user locked, grants to it, and unlocks it last", () => {
    expect(readOnly().creation).toEqual([createUser, "GRANT SELECT ON `app`.* TO '{{name}}'@'%'", unlock]);
  });

  it.each<[string, Pick<MySqlStatements, "creation" | "access" | "migrates">, string[], object, string[]]>([
    [
      "readOnly",
      statements.readOnly({ databases: ["app_prod", "billing"] }),
      ["SELECT ON `app\\_prod`.*", "SELECT ON `billing`.*"],
      { schemas: { app_prod: ["SELECT"], billing: ["SELECT"] } },
      [],
    ],
    [
      "readWrite",
      statements.readWrite({ databases: ["app"] }),
      ["SELECT, INSERT, UPDATE, DELETE ON `app`.*"],
      { schemas: { app: ["SELECT", "INSERT", "UPDATE", "DELETE"] } },
      [],
    ],
    [
      "reporting",
      statements.reporting({ tables: ["app.orders", "app.order_items"] }),
      ["SELECT ON `app`.`orders`", "SELECT ON `app`.`order_items`"],
      { tables: { "app.orders": ["SELECT"], "app.order_items": ["SELECT"] } },
      [],
    ],
    [
      "onTables",
      statements.onTables({ tables: { "app.orders": ["SELECT", "UPDATE"] } }),
      ["SELECT, UPDATE ON `app`.`orders`"],
      { tables: { "app.orders": ["SELECT", "UPDATE"] } },
      [],
    ],
    [
      "migrator",
      statements.migrator({ databases: ["app"] }),
      [
        "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, CREATE TEMPORARY TABLES, LOCK TABLES, SHOW VIEW " +
          "ON `app`.*",
      ],
      { schemas: { app: ["SELECT", "INSERT", "UPDATE", "DELETE"] } },
      ["app"],
    ],
  ])("%s grants what it says, and declares it", (_preset, set, grants, access, migrates) => {
    expect(set.creation).toEqual([createUser, ...grants.map((each) => `GRANT ${each} TO '{{name}}'@'%'`), unlock]);
    expect(set.access).toEqual(access);
    expect(set.migrates).toEqual(migrates);
  });

  it("passes its own checks, with every preset and option", () => {
    for (const set of [
      readOnly({ host: "10.1.%", maxUserConnections: 1, requireTls: false, passwordExpiryDays: 30 }),
      statements.readWrite({ databases: ["app_prod"] }),
      statements.reporting({ tables: ["app.orders"] }),
      statements.onTables({ tables: { "app.orders": ["INSERT"] } }),
      statements.migrator({ databases: ["app", "billing"] }),
      statements.custom({ creation: readOnly().creation }),
    ]) {
      expect(checkStatements(set)).toEqual([]);
    }
  });

  it("has its options in the statement that makes the user", () => {
    const options = {
      host: "10.0.0.0/255.255.255.0",
      maxUserConnections: 3,
      requireTls: false,
      passwordExpiryDays: 30,
    };
    expect(readOnly(options).creation[0]).toBe(
      "CREATE USER '{{name}}'@'10.0.0.0/255.255.255.0' IDENTIFIED BY '{{password}}' WITH MAX_USER_CONNECTIONS 3 " +
        "PASSWORD EXPIRE INTERVAL 30 DAY ACCOUNT LOCK",
    );
  });

  it("names the same host in creation and revocation", () => {
    const { creation, revocation } = readOnly({ host: "10.1.%" });
    expect(creation.every((each) => each.includes("'{{name}}'@'10.1.%'"))).toBe(true);
    expect([revocation[0], revocation[2]]).toEqual([
      "ALTER USER IF EXISTS '{{name}}'@'10.1.%' ACCOUNT LOCK",
      "DROP USER IF EXISTS '{{name}}'@'10.1.%'",
    ]);
  });

  it("lets a user live as long as its password, which custom statements say themselves", () => {
    expect(readOnly().longestTtl).toBe(2 * 86_400);
    expect(readOnly({ passwordExpiryDays: 30 }).longestTtl).toBe(30 * 86_400);
    const creation = ["create user '{{name}}' identified by '{{password}}' password  expire interval 7 day"];
    expect(statements.custom({ creation }).longestTtl).toBe(7 * 86_400);
    expect(statements.custom({ creation: ["CREATE USER '{{name}}'"] }).longestTtl).toBeUndefined();
  });

  it("has nothing run at a renewal, which the plug-in would not", () => {
    expect(readOnly().renewal).toEqual([]);
  });

  it("takes statements of one's own, with the proven revocation for their host", () => {
    const creation = ["CREATE USER '{{name}}'@'10.1.%' IDENTIFIED BY '{{password}}'"];
    const set = statements.custom({ creation, host: "10.1.%", access: { tables: { "app.orders": ["SELECT"] } } });
    expect(set.creation).toBe(creation);
    expect(set.revocation).toEqual(readOnly({ host: "10.1.%" }).revocation);
    expect(set.access).toEqual({ tables: { "app.orders": ["SELECT"] } });
    expect(statements.custom({ creation, revocation: ["DROP USER '{{name}}'"] }).revocation).toEqual([
      "DROP USER '{{name}}'",
    ]);
  });

  it.each(["", "a b", "%'; DROP USER root; --", "${var.host}", "x".repeat(256)])("refuses the host %j", (host) => {
    const message = `host ${JSON.stringify(host)} is not where a user can come from`;
    expect(refusalOf(() => readOnly({ host }))).toContain(`[${name}.readOnly] ${message}`);
    expect(refusalOf(() => statements.custom({ creation: [], host }))).toContain(`[${name}.custom] ${message}`);
  });

  it.each([0, -1, 1.5, 10_001, Number.NaN])("refuses %p connections", (maxUserConnections) => {
    expect(refusalOf(() => readOnly({ maxUserConnections }))).toBe(
      `[${name}.readOnly] maxUserConnections ${maxUserConnections} is out of range: give a whole number from 1 to 10000`,
    );
  });

  it.each([0, 0.5, 65_536])("refuses a password of %p days", (passwordExpiryDays) => {
    expect(refusalOf(() => readOnly({ passwordExpiryDays }))).toBe(
      `[${name}.readOnly] passwordExpiryDays ${passwordExpiryDays} is out of range: give a whole number from 1 to 65535`,
    );
  });

  it.each(["", "app`", "app prod", "${var.db}", "{{name}}"])("refuses the database %j", (database) => {
    for (const preset of ["readOnly", "readWrite", "migrator"] as const) {
      expect(refusalOf(() => statements[preset]({ databases: [database] }))).toContain(
        `[${name}.${preset}] databases ${JSON.stringify(database)} can't be used`,
      );
    }
  });

  it("refuses no database, no table, and no privilege", () => {
    expect(refusalOf(() => statements.migrator({ databases: [] }))).toBe(
      `[${name}.migrator] databases is empty: name at least one database`,
    );
    expect(refusalOf(() => statements.reporting({ tables: [] }))).toContain(`[${name}.reporting] names no`);
    expect(refusalOf(() => statements.onTables({ tables: { "app.orders": [] } }))).toContain(
      `[${name}.onTables] tables.app.orders names no privilege`,
    );
    const all = ["ALL"] as unknown as TablePrivilege[];
    expect(refusalOf(() => statements.onTables({ tables: { "app.orders": all } }))).toContain(
      `tables.app.orders holds "ALL"`,
    );
  });

  it("refuses a table without its database", () => {
    expect(refusalOf(() => statements.reporting({ tables: ["orders"] }))).toBe(
      `[${name}.reporting] tables holds "orders" without its database: write it as database.table`,
    );
  });

  it("refuses the databases that hold the password hashes", () => {
    const remedy = "which is the server's own database: name databases of applications only";
    expect(refusalOf(() => statements.readOnly({ databases: ["app", "MySQL"] }))).toBe(
      `[${name}.readOnly] databases names MySQL, ${remedy}`,
    );
    expect(refusalOf(() => statements.reporting({ tables: ["mysql.user"] }))).toBe(
      `[${name}.reporting] tables names mysql, ${remedy}`,
    );
    expect(refusalOf(() => statements.custom({ creation: [], access: { schemas: { sys: ["SELECT"] } } }))).toBe(
      `[${name}.custom] schemas names sys, ${remedy}`,
    );
  });
});

describe("MySqlStatements", () => {
  it("ends sessions by the bootstrap's procedure", () => {
    expect(MySqlStatements.readOnly({ databases: ["app"] })).toMatchObject({
      dialect: "mysql",
      revocation: [
        "ALTER USER IF EXISTS '{{name}}'@'%' ACCOUNT LOCK",
        "CALL leasehold.end_sessions('{{name}}')",
        "DROP USER IF EXISTS '{{name}}'@'%'",
      ],
    });
  });

  it("makes members of group roles, active from the first session on", () => {
    const set = MySqlStatements.memberOf(["app_ro", "audit"]);
    expect(set.creation).toEqual([
      createUser,
      "GRANT 'app_ro', 'audit' TO '{{name}}'@'%'",
      "SET DEFAULT ROLE 'app_ro', 'audit' TO '{{name}}'@'%'",
      unlock,
    ]);
    expect(set.groups).toEqual(["app_ro", "audit"]);
    expect(set.access).toEqual({});
    expect(checkStatements(set)).toEqual([]);
    expect(MySqlStatements.memberOf("app_ro", { host: "10.1.%" }).creation[1]).toBe(
      "GRANT 'app_ro' TO '{{name}}'@'10.1.%'",
    );
  });

  it("refuses members of nothing, and groups whose names can't be used", () => {
    expect(refusalOf(() => MySqlStatements.memberOf([]))).toBe(
      "[MySqlStatements.memberOf] groups is empty: name at least one group role",
    );
    expect(refusalOf(() => MySqlStatements.memberOf("a'b"))).toContain(
      `[MySqlStatements.memberOf] group "a'b" can't be used`,
    );
    expect(refusalOf(() => MySqlStatements.custom({ creation: [], groups: ["a b"] }))).toContain(
      `[MySqlStatements.custom] groups "a b" can't be used`,
    );
  });
});

describe("MariaDbStatements", () => {
  it("ends sessions wherever they come from: a host pattern would end none", () => {
    expect(MariaDbStatements.readOnly({ databases: ["app"], host: "10.1.%" })).toMatchObject({
      dialect: "mariadb",
      revocation: [
        "ALTER USER IF EXISTS '{{name}}'@'10.1.%' ACCOUNT LOCK",
        "KILL USER '{{name}}'@'%'",
        "DROP USER IF EXISTS '{{name}}'@'10.1.%'",
      ],
    });
  });

  it("has no members of group roles", () => {
    expect(MariaDbStatements).not.toHaveProperty("memberOf");
  });
});
