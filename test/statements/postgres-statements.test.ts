import { checkStatements } from "../../constructs/database/statements/check";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { splitAsVault } from "../../constructs/database/statements/sql-text";
import type { TableAccess, TablePrivilege } from "../../constructs/database/statements/statement-set";
import { refusalOf } from "../helpers/environments";

const hostileNames = ["", "app ro", "app'ro", 'app"; DROP ROLE x; --', "${var.group}", "{{name}}", "x".repeat(64)];

const revocationOf = ({ revocation }: PostgresStatements): string => revocation.join("\n");

describe("PostgresStatements.memberOf", () => {
  const statements = PostgresStatements.memberOf("app_ro");

  it("makes a login that expires, as a member of the group, in one statement", () => {
    expect(statements.creation).toEqual([
      `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' ` +
        `INHERIT CONNECTION LIMIT 20 IN ROLE "app_ro"`,
    ]);
  });

  it("leaves renewal to the plug-in, and asks for no superuser", () => {
    expect(statements.renewal).toEqual([]);
    expect(statements.superuserReason).toBeUndefined();
  });

  it("builds on the group and the owner role, which are made elsewhere", () => {
    expect(statements.dialect).toBe("postgresql");
    expect(statements.groups).toEqual(["app_ro", "app_owner"]);
    expect(statements.definedGroups).toEqual({});
    expect(statements.access).toEqual({});
    expect(statements.ownerRole).toBe("app_owner");
  });

  it("takes several groups, each built on once", () => {
    const several = PostgresStatements.memberOf(["app_ro", "audit-ro", "app_owner"]);
    expect(several.creation[0]).toMatch(/ IN ROLE "app_ro", "audit-ro", "app_owner"$/);
    expect(several.groups).toEqual(["app_ro", "audit-ro", "app_owner"]);
  });

  it("takes a connection limit", () => {
    expect(PostgresStatements.memberOf("app_ro", { connectionLimit: 1 }).creation[0]).toContain(
      " CONNECTION LIMIT 1 IN",
    );
    expect(PostgresStatements.memberOf("app_ro", { connectionLimit: 10_000 }).creation[0]).toContain(" LIMIT 10000 IN");
  });

  it("takes another owner role, which inherits what a user leaves", () => {
    const other = PostgresStatements.memberOf("app_ro", { ownerRole: "team-owner" });
    expect(other.groups).toEqual(["app_ro", "team-owner"]);
    expect(revocationOf(other)).toContain(`'REASSIGN OWNED BY %I TO "team-owner"'`);
    expect(revocationOf(other)).not.toContain("app_owner");
  });

  it("refuses to make a member of nothing", () => {
    expect(refusalOf(() => PostgresStatements.memberOf([]))).toBe(
      "[PostgresStatements.memberOf] groups is empty: name at least one group role",
    );
  });

  it.each(hostileNames)("refuses the name %j for a group and for the owner role", (name) => {
    const start = `[PostgresStatements.memberOf] group ${JSON.stringify(name)} can't be used`;
    expect(refusalOf(() => PostgresStatements.memberOf(name))).toContain(start);
    expect(refusalOf(() => PostgresStatements.memberOf(["app_ro", name]))).toContain(start);
    expect(refusalOf(() => PostgresStatements.memberOf("app_ro", { ownerRole: name }))).toContain(
      `[PostgresStatements.memberOf] ownerRole ${JSON.stringify(name)} can't be used`,
    );
  });

  it.each(["public", "none"])("refuses %s, which PostgreSQL does not take for a role", (name) => {
    const start = "[PostgresStatements.memberOf]";
    expect(refusalOf(() => PostgresStatements.memberOf(["app_ro", name]))).toBe(
      `${start} group ${name} is no role that can be granted: name a group role`,
    );
    expect(refusalOf(() => PostgresStatements.memberOf("app_ro", { ownerRole: name }))).toContain(
      `${start} ownerRole ${name} is no role`,
    );
    expect(refusalOf(() => PostgresStatements.readOnly({ group: name }))).toContain(`group ${name} is no role`);
    expect(refusalOf(() => PostgresStatements.custom({ creation: [], groups: [name] }))).toContain(`groups ${name} is`);
  });

  it("takes a role of PostgreSQL's own, such as pg_read_all_data", () => {
    expect(PostgresStatements.memberOf("pg_read_all_data").creation[0]).toContain('IN ROLE "pg_read_all_data"');
  });

  it.each([0, -1, 1.5, 10_001, Number.NaN, Number.POSITIVE_INFINITY])("refuses %p connections", (connectionLimit) => {
    expect(refusalOf(() => PostgresStatements.memberOf("app_ro", { connectionLimit }))).toBe(
      `[PostgresStatements.memberOf] connectionLimit ${connectionLimit} is out of range: give a whole number from 1 to 10000`,
    );
  });
});

describe("PostgresStatements.migrator", () => {
  const statements = PostgresStatements.migrator();

  it("makes a member of the owner role that acts as the owner role from its first session on", () => {
    expect(statements.creation).toEqual([
      `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' ` +
        `INHERIT CONNECTION LIMIT 20 IN ROLE "app_owner"`,
      `ALTER ROLE "{{name}}" SET role = 'app_owner'`,
    ]);
    expect(statements.groups).toEqual(["app_owner"]);
    expect(statements.renewal).toEqual([]);
  });

  it("takes another owner role and another connection limit", () => {
    const other = PostgresStatements.migrator({ ownerRole: "team-owner", connectionLimit: 2 });
    expect(other.creation[0]).toMatch(/CONNECTION LIMIT 2 IN ROLE "team-owner"$/);
    expect(other.creation[1]).toBe(`ALTER ROLE "{{name}}" SET role = 'team-owner'`);
    expect(other.groups).toEqual(["team-owner"]);
  });

  it.each(hostileNames)("refuses the owner role %j", (ownerRole) => {
    expect(refusalOf(() => PostgresStatements.migrator({ ownerRole }))).toContain(
      `[PostgresStatements.migrator] ownerRole ${JSON.stringify(ownerRole)} can't be used`,
    );
  });

  it("refuses no connections", () => {
    expect(refusalOf(() => PostgresStatements.migrator({ connectionLimit: 0 }))).toContain("connectionLimit 0 is out");
  });
});

describe("PostgresStatements.readOnly and readWrite", () => {
  it("make members of a group that the bootstrap makes, which reads or writes every table of the schema public", () => {
    const readOnly = PostgresStatements.readOnly({ group: "reports" });
    expect(readOnly.creation).toEqual(PostgresStatements.memberOf("reports").creation);
    expect(readOnly.revocation).toEqual(PostgresStatements.memberOf("reports").revocation);
    expect(readOnly.groups).toEqual(["reports", "app_owner"]);
    expect(readOnly.definedGroups).toEqual({ reports: { schemas: { public: ["SELECT"] } } });
    expect(PostgresStatements.readWrite({ group: "clerks" }).definedGroups).toEqual({
      clerks: { schemas: { public: ["SELECT", "INSERT", "UPDATE", "DELETE"] } },
    });
  });

  it("declare the group's privileges once, not for each user", () => {
    expect(PostgresStatements.readOnly({ group: "reports" }).access).toEqual({});
  });

  it("take other schemas, and all that other users take", () => {
    const readOnly = PostgresStatements.readOnly({
      group: "reports",
      schemas: ["sales", "stock"],
      connectionLimit: 2,
      ownerRole: "team-owner",
    });
    expect(readOnly.definedGroups).toEqual({ reports: { schemas: { sales: ["SELECT"], stock: ["SELECT"] } } });
    expect(readOnly.creation[0]).toMatch(/CONNECTION LIMIT 2 IN ROLE "reports"$/);
    expect(readOnly.groups).toEqual(["reports", "team-owner"]);
  });

  it.each(hostileNames)("refuse the name %j for a group, a schema and the owner role", (name) => {
    for (const preset of ["readOnly", "readWrite"] as const) {
      const start = (field: string) => `[PostgresStatements.${preset}] ${field} ${JSON.stringify(name)} can't be used`;
      const make = (change: object) => refusalOf(() => PostgresStatements[preset]({ group: "reports", ...change }));
      expect(make({ group: name })).toContain(start("group"));
      expect(make({ schemas: ["public", name] })).toContain(start("schemas"));
      expect(make({ ownerRole: name })).toContain(start("ownerRole"));
    }
  });

  it("refuse no schema at all, and no connections", () => {
    expect(refusalOf(() => PostgresStatements.readOnly({ group: "reports", schemas: [] }))).toBe(
      "[PostgresStatements.readOnly] names no schema and no table: name at least one",
    );
    expect(refusalOf(() => PostgresStatements.readWrite({ group: "clerks", connectionLimit: 0 }))).toContain(
      "[PostgresStatements.readWrite] connectionLimit 0 is out of range",
    );
  });
});

describe("PostgresStatements.reporting", () => {
  it("makes members of a group that reads the named tables and nothing else", () => {
    const reporting = PostgresStatements.reporting({ group: "reports", tables: ["orders", "sales.invoices"] });
    expect(reporting.creation).toEqual(PostgresStatements.memberOf("reports").creation);
    expect(reporting.groups).toEqual(["reports", "app_owner"]);
    expect(reporting.definedGroups).toEqual({
      reports: { tables: { orders: ["SELECT"], "sales.invoices": ["SELECT"] } },
    });
  });

  it("refuses a name that can't be one, and no table at all", () => {
    const make = (change: object) =>
      refusalOf(() => PostgresStatements.reporting({ group: "reports", tables: ["orders"], ...change }));
    expect(make({ tables: ["orders", "a b"] })).toContain(
      '[PostgresStatements.reporting] tables holds "a b", which is not the name of a table',
    );
    expect(make({ group: "a b" })).toContain(`[PostgresStatements.reporting] group "a b" can't be used`);
    expect(make({ ownerRole: "a b" })).toContain(`[PostgresStatements.reporting] ownerRole "a b" can't be used`);
    expect(make({ tables: [] })).toContain("[PostgresStatements.reporting] names no schema and no table");
    expect(make({ connectionLimit: 1.5 })).toContain(
      "[PostgresStatements.reporting] connectionLimit 1.5 is out of range",
    );
  });
});

describe("PostgresStatements.onTables", () => {
  it("makes members of a group with certain privileges on certain tables", () => {
    const intake = PostgresStatements.onTables({
      group: "intake",
      tables: { orders: ["INSERT", "SELECT"], "sales.invoices": ["UPDATE"] },
    });
    expect(intake.creation).toEqual(PostgresStatements.memberOf("intake").creation);
    expect(intake.groups).toEqual(["intake", "app_owner"]);
    expect(intake.definedGroups).toEqual({
      intake: { tables: { orders: ["INSERT", "SELECT"], "sales.invoices": ["UPDATE"] } },
    });
  });

  it("refuses a privilege or a name that can't be one, and no table at all", () => {
    const make = (tables: object) =>
      refusalOf(() =>
        PostgresStatements.onTables({ group: "intake", tables: tables as Record<string, readonly TablePrivilege[]> }),
      );
    expect(make({ orders: ["TRUNCATE"] })).toBe(
      '[PostgresStatements.onTables] tables.orders holds "TRUNCATE": use SELECT, INSERT, UPDATE, DELETE',
    );
    expect(make({ orders: [] })).toContain("[PostgresStatements.onTables] tables.orders names no privilege");
    expect(make({ "a.b.c": ["SELECT"] })).toContain('[PostgresStatements.onTables] tables holds "a.b.c"');
    expect(make({})).toContain("[PostgresStatements.onTables] names no schema and no table");
  });
});

describe("PostgresStatements.superuser", () => {
  const statements = PostgresStatements.superuser({ reason: "Restores dumps that make extensions" });

  it("makes superusers that expire and are members of nothing, for a reason that is kept", () => {
    expect(statements.creation).toEqual([
      `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' SUPERUSER CONNECTION LIMIT 20`,
    ]);
    expect(statements.superuserReason).toBe("Restores dumps that make extensions");
    expect(statements.groups).toEqual(["app_owner"]);
    expect(statements.definedGroups).toEqual({});
    expect(checkStatements(statements)).toEqual([]);
  });

  it("leaves what they own to the owner role, as other users do", () => {
    const other = PostgresStatements.superuser({ reason: "Restores", ownerRole: "team-owner", connectionLimit: 1 });
    expect(other.revocation).toEqual(PostgresStatements.migrator({ ownerRole: "team-owner" }).revocation);
    expect(other.creation[0]).toMatch(/ SUPERUSER CONNECTION LIMIT 1$/);
  });

  it.each(["", " \n"])("refuses the reason %j", (reason) => {
    expect(refusalOf(() => PostgresStatements.superuser({ reason }))).toBe(
      "[PostgresStatements.superuser] reason is empty: say why no group role serves; it is shown to reviewers",
    );
  });

  it("refuses an owner role or a number of connections that can't be", () => {
    const make = (change: object) => refusalOf(() => PostgresStatements.superuser({ reason: "Restores", ...change }));
    expect(make({ ownerRole: "a b" })).toContain(`[PostgresStatements.superuser] ownerRole "a b" can't be used`);
    expect(make({ connectionLimit: 0 })).toContain("[PostgresStatements.superuser] connectionLimit 0 is out of range");
  });
});

describe("PostgresStatements.custom", () => {
  const creation = [`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`];

  it("keeps what is given as it stands", () => {
    const given = {
      creation,
      revocation: [`DROP ROLE "{{name}}"`],
      renewal: [`ALTER ROLE "{{name}}" VALID UNTIL '{{expiration}}'`],
      groups: ["app_ro"],
      superuserReason: "Restores dumps that make extensions",
    };
    const access = { tables: { "sales.orders": ["SELECT"] } } as const;
    expect(PostgresStatements.custom({ ...given, access })).toMatchObject({ ...given, access, definedGroups: {} });
  });

  it("adds the proven revocation, and the owner role that it needs, where none is given", () => {
    const statements = PostgresStatements.custom({ creation, groups: ["app_ro"], ownerRole: "team-owner" });
    expect(statements.revocation).toEqual(PostgresStatements.migrator({ ownerRole: "team-owner" }).revocation);
    expect(statements.groups).toEqual(["app_ro", "team-owner"]);
    expect(statements.renewal).toEqual([]);
    expect(statements.superuserReason).toBeUndefined();
    expect(statements.access).toEqual({});
  });

  it("needs neither group nor owner role with a revocation of one's own", () => {
    const statements = PostgresStatements.custom({ creation, revocation: [`DROP ROLE "{{name}}"`] });
    expect(statements.groups).toEqual([]);
    expect(statements.ownerRole).toBeUndefined();
  });

  it("refuses an access that can't be, and says which", () => {
    const make = (access: TableAccess) => refusalOf(() => PostgresStatements.custom({ creation, access }));
    expect(make({ schemas: { "a b": ["SELECT"] } })).toContain(
      `[PostgresStatements.custom] schemas "a b" can't be used`,
    );
    expect(make({ tables: { orders: [] } })).toContain("[PostgresStatements.custom] tables.orders names no privilege");
    expect(make({})).toContain("[PostgresStatements.custom] names no schema and no table");
  });

  it.each(hostileNames)("refuses the group %j", (name) => {
    expect(refusalOf(() => PostgresStatements.custom({ creation, groups: ["app_ro", name] }))).toContain(
      `[PostgresStatements.custom] groups ${JSON.stringify(name)} can't be used`,
    );
  });

  it.each(hostileNames)("refuses the owner role %j", (ownerRole) => {
    expect(refusalOf(() => PostgresStatements.custom({ creation, ownerRole }))).toContain(
      `[PostgresStatements.custom] ownerRole ${JSON.stringify(ownerRole)} can't be used`,
    );
  });
});

describe("the preset revocation", () => {
  const presets: readonly (readonly [string, PostgresStatements])[] = [
    ["memberOf", PostgresStatements.memberOf("app_ro")],
    ["migrator", PostgresStatements.migrator()],
    ["readOnly", PostgresStatements.readOnly({ group: "app_ro" })],
    ["onTables", PostgresStatements.onTables({ group: "intake", tables: { orders: ["INSERT"] } })],
    ["superuser", PostgresStatements.superuser({ reason: "Restores dumps" })],
    ["custom", PostgresStatements.custom({ creation: [] })],
  ];

  it.each(presets)("of %s is one item, which Vault keeps whole", (_name, { revocation }) => {
    expect(revocation).toHaveLength(1);
    expect(revocation.flatMap(splitAsVault)).toEqual(revocation);
  });

  it("is the same for every preset with one owner role", () => {
    expect(new Set(presets.map(([, statements]) => revocationOf(statements))).size).toBe(1);
  });

  const block = revocationOf(PostgresStatements.memberOf("app_ro"));

  it("takes its steps in the order in which none can fail or be raced", () => {
    const steps = [
      "set_config('lock_timeout', '3s', true)",
      "IF target IS NULL THEN\n    RETURN;",
      "'ALTER ROLE %I NOLOGIN'",
      "pg_terminate_backend(session.pid, 2000)",
      `'GRANT "app_owner" TO %I'`,
      "'GRANT %I TO CURRENT_USER'",
      `'REASSIGN OWNED BY %I TO "app_owner"'`,
      "'DROP OWNED BY %I'",
      "'DROP ROLE %I'",
    ].map((step) => block.indexOf(step));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  it("ends the sessions of this user only", () => {
    expect(block).toContain("WHERE usesysid = target LOOP");
  });

  it("has the name in literals only, and formats it wherever it is an identifier", () => {
    expect(block.match(/\{\{name\}\}/g)).toHaveLength(block.match(/'\{\{name\}\}'/g)?.length ?? 0);
    expect(block.match(/EXECUTE/g)).toHaveLength(block.match(/EXECUTE pg_catalog\.format\(/g)?.length ?? 0);
  });

  it("trusts no search_path", () => {
    const calls = [...block.matchAll(/([\w.]+)\(/g)].map((match) => match[1]);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter((call) => call?.startsWith("pg_catalog.") !== true)).toEqual([]);
  });
});
