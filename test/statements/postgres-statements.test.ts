import { checkStatements } from "../../constructs/database/statements/check";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { splitAsVault } from "../../constructs/database/statements/sql-text";
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

  it("builds on the group and the owner role", () => {
    expect(statements.groups).toEqual(["app_ro", "app_owner"]);
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

  it.each([0, -1, 1.5, 10_001, Number.NaN, Number.POSITIVE_INFINITY])("refuses %p connections", (connectionLimit) => {
    expect(refusalOf(() => PostgresStatements.memberOf("app_ro", { connectionLimit }))).toBe(
      `[PostgresStatements] connectionLimit ${connectionLimit} is out of range: give a whole number from 1 to 10000`,
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
    expect(PostgresStatements.custom(given)).toMatchObject(given);
  });

  it("adds the proven revocation, and the owner role that it needs, where none is given", () => {
    const statements = PostgresStatements.custom({ creation, groups: ["app_ro"], ownerRole: "team-owner" });
    expect(statements.revocation).toEqual(PostgresStatements.migrator({ ownerRole: "team-owner" }).revocation);
    expect(statements.groups).toEqual(["app_ro", "team-owner"]);
    expect(statements.renewal).toEqual([]);
    expect(statements.superuserReason).toBeUndefined();
  });

  it("needs no group with a revocation of one's own", () => {
    expect(PostgresStatements.custom({ creation, revocation: [`DROP ROLE "{{name}}"`] }).groups).toEqual([]);
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

describe("presets", () => {
  it.each([
    PostgresStatements.memberOf("app_ro"),
    PostgresStatements.memberOf(["app_ro", "audit-ro"], { connectionLimit: 5, ownerRole: "team-owner" }),
    PostgresStatements.migrator(),
    PostgresStatements.migrator({ connectionLimit: 5, ownerRole: "team.owner" }),
  ])("are sound (%#)", (statements) => {
    expect(checkStatements(statements)).toEqual([]);
  });
});
