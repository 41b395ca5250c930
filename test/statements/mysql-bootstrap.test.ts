import {
  mysqlBootstrap,
  type MySqlBootstrapOptions,
  mysqlBootstrapStatements,
} from "../../constructs/database/statements/mysql-bootstrap";
import { refusalOf } from "../helpers/environments";

const options: MySqlBootstrapOptions = { product: "mariadb", databases: ["app"], adminUsername: "vault_admin" };
const admin = "'vault_admin'@'%'";
const statements = (change: Partial<MySqlBootstrapOptions> = {}) => mysqlBootstrapStatements({ ...options, ...change });
const toAdmin = (change: Partial<MySqlBootstrapOptions>) =>
  statements(change).filter((each) => each.startsWith("GRANT ") && each.includes(`TO ${admin}`));
const refusal = (change: Partial<MySqlBootstrapOptions>) => refusalOf(() => statements(change));

describe("the admin", () => {
  it("is made once, with the password of the session variable, which the script does not hold", () => {
    const [create] = statements().filter((each) => each.includes("CREATE USER "));
    expect(create).toContain("EXISTS (SELECT 1 FROM mysql.user WHERE user = 'vault_admin' AND host = '%')");
    expect(create).toContain(
      "CONCAT('CREATE USER ''vault_admin''@''%'' IDENTIFIED BY ', QUOTE(@leasehold_admin_password))",
    );
    expect(statements().join("\n")).not.toMatch(/ALTER USER|SET PASSWORD/);
  });

  it("says what is missing where the password was not set", () => {
    expect(statements().join("\n")).toContain(
      "IF(@leasehold_admin_password IS NULL, 'SELECT `set @leasehold_admin_password to the password of the admin first`'",
    );
  });

  it("may make users and, in MariaDB, end sessions; in MySQL the procedure does", () => {
    expect(toAdmin({})).toEqual([`GRANT CREATE USER, CONNECTION ADMIN ON *.* TO ${admin}`]);
    expect(toAdmin({ product: "mysql" })).toEqual([
      `GRANT CREATE USER ON *.* TO ${admin}`,
      `GRANT EXECUTE ON PROCEDURE leasehold.end_sessions TO ${admin}`,
    ]);
  });

  it("may pass on what the roles need together, and nothing else", () => {
    const access = [
      { schemas: { app_prod: ["SELECT"] as const } },
      { schemas: { app_prod: ["INSERT", "SELECT"] as const }, tables: { "billing.invoices": ["SELECT"] as const } },
      {},
    ];
    expect(toAdmin({ access }).slice(1)).toEqual([
      `GRANT SELECT, INSERT ON \`app\\_prod\`.* TO ${admin} WITH GRANT OPTION`,
    ]);
    expect(statements({ access }).join("\n")).toContain(
      "'GRANT SELECT ON `billing`.`invoices` TO ''vault_admin''@''%'' WITH GRANT OPTION'",
    );
  });

  it("may pass on schema changes where somebody migrates", () => {
    expect(toAdmin({ migrates: ["app"] })[1]).toBe(
      "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, CREATE TEMPORARY TABLES, LOCK TABLES, " +
        `SHOW VIEW ON \`app\`.* TO ${admin} WITH GRANT OPTION`,
    );
  });

  it("loses what is not declared any more, before it gets what is", () => {
    const all = statements();
    const revoked = all.indexOf(`REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${admin}`);
    expect(revoked).toBeGreaterThan(0);
    expect(all.findIndex((each) => each.startsWith("GRANT "))).toBeGreaterThan(revoked);
  });

  it("may come from one place only", () => {
    const text = mysqlBootstrap({ ...options, adminHost: "10.1.%" });
    expect(text).toContain("ON *.* TO 'vault_admin'@'10.1.%';");
    expect(text).not.toContain("'vault_admin'@'%'");
  });
});

describe("a table that is not there yet", () => {
  it("is passed over with a notice", () => {
    const text = statements({ access: [{ tables: { "app.orders": ["SELECT"] } }] }).join("\n");
    expect(text).toContain("information_schema.tables WHERE table_schema = 'app' AND table_name = 'orders'");
    expect(text).toContain("'SELECT ''table app.orders does not exist yet: run this again when it does'' AS notice'");
  });
});

describe("MariaDB", () => {
  it("loses its users without names, which come before the admin at a login; MySQL has none", () => {
    const drop = /DROP USER .*mysql\.user WHERE user = ''/;
    expect(statements().join("\n")).toMatch(drop);
    expect(statements({ product: "mysql" }).join("\n")).not.toMatch(drop);
  });

  it("needs no procedure", () => {
    expect(mysqlBootstrap(options)).not.toMatch(/PROCEDURE|DELIMITER/);
  });

  it("has no group roles", () => {
    expect(refusal({ groups: { app_ro: { schemas: { app: ["SELECT"] } } } })).toBe(
      "[bootstrap of app] groups names app_ro, and MariaDB lets Vault's admin make no role the default of a user: " +
        "grant to the users themselves, as all presets of MariaDbStatements do",
    );
  });
});

describe("MySQL", () => {
  const groups = {
    app_ro: { schemas: { app: ["SELECT"] as const } },
    audit: { schemas: { app: ["INSERT"] as const } },
  };

  it("has a procedure, with its maker's rights, that ends the sessions of dynamic users and nobody else's", () => {
    const procedure = statements({ product: "mysql" }).find((each) => each.startsWith("CREATE PROCEDURE"));
    expect(procedure).toContain("SQL SECURITY DEFINER");
    expect(procedure).toMatch(/IF target IS NULL OR target NOT LIKE 'v-%' THEN\s+SIGNAL SQLSTATE '45000'/);
    expect(procedure).toContain("WHERE user = target COLLATE utf8mb4_bin");
  });

  it("has group roles with what is declared and no more", () => {
    const all = statements({ product: "mysql", groups });
    const first = all.indexOf("CREATE ROLE IF NOT EXISTS 'app_ro'");
    expect(all.slice(first, first + 3)).toEqual([
      "CREATE ROLE IF NOT EXISTS 'app_ro'",
      "REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'app_ro'",
      "GRANT SELECT ON `app`.* TO 'app_ro'",
    ]);
  });

  it("lets the admin pass the groups on, which must be active for it", () => {
    expect(statements({ product: "mysql", groups }).slice(-2)).toEqual([
      `GRANT 'app_ro', 'audit' TO ${admin} WITH ADMIN OPTION`,
      `SET DEFAULT ROLE ALL TO ${admin}`,
    ]);
    expect(mysqlBootstrap({ ...options, product: "mysql" })).not.toContain("ROLE");
  });
});

describe("the script", () => {
  it("holds the very statements, in order, each ended as the client wants it", () => {
    for (const product of ["mysql", "mariadb"] as const) {
      const script = mysqlBootstrap({ ...options, product, access: [{ tables: { "app.orders": ["SELECT"] } }] })
        .split("\n")
        .filter((line) => !line.startsWith("-- ") && line !== "")
        .join("\n");
      const expected = statements({ product, access: [{ tables: { "app.orders": ["SELECT"] } }] }).map((each) =>
        each.includes(";") ? `DELIMITER //\n${each}//\nDELIMITER ;` : `${each};`,
      );
      expect(script).toBe(expected.join("\n"));
    }
  });

  it("makes the databases that are missing", () => {
    expect(statements({ databases: ["app", "billing"] }).slice(1, 3)).toEqual([
      "CREATE DATABASE IF NOT EXISTS `app`",
      "CREATE DATABASE IF NOT EXISTS `billing`",
    ]);
  });
});

describe("what can't be used", () => {
  it.each<[string, Partial<MySqlBootstrapOptions>, string]>([
    ["a product", { product: "oracle" as "mysql" }, 'product "oracle" is unknown: use mysql or mariadb'],
    ["no database", { databases: [] }, "databases is empty: name at least one database"],
    ["a database", { databases: ["a`b"] }, 'databases "a`b" can\'t be used'],
    ["the server's database", { databases: ["mysql"] }, "databases names mysql, which is the server's own database"],
    ["a migrated database", { migrates: ["a b"] }, 'migrates "a b" can\'t be used'],
    ["an admin", { adminUsername: "a'b" }, "adminUsername \"a'b\" can't be used"],
    ["a long admin", { adminUsername: "a".repeat(33) }, "is longer than 32 characters: choose another"],
    ["an admin like a dynamic user", { adminUsername: "v-admin" }, "adminUsername v-admin is like a dynamic user's"],
    ["a host", { adminHost: "a b" }, 'adminHost "a b" is not where a user can come from'],
    [
      "an access",
      { access: [{ tables: { orders: ["SELECT"] } }] },
      'access[0]] tables holds "orders" without its database',
    ],
    [
      "a group",
      { product: "mysql", groups: { "a b": { schemas: { app: ["SELECT"] } } } },
      'groups "a b" can\'t be used',
    ],
    ["a group's access", { product: "mysql", groups: { app_ro: {} } }, "groups.app_ro] names no schema and no table"],
  ])("is refused: %s", (_what, change, message) => {
    expect(refusal(change)).toContain(message);
  });
});
