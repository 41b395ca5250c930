import {
  adminPasswordSetting,
  postgresBootstrap,
  type PostgresBootstrapOptions,
} from "../../constructs/database/statements/postgres-bootstrap";
import { withoutComments } from "../../constructs/database/statements/sql-text";
import type { TableAccess } from "../../constructs/database/statements/statement-set";
import { refusalOf } from "../helpers/environments";

const options: PostgresBootstrapOptions = {
  database: "orders",
  version: 16,
  adminUsername: "vault_admin",
  ownerRole: "app_owner",
  groups: { app_ro: "read-only", app_rw: "read-write" },
  schemas: ["public"],
};

const bootstrapWith = (change: Partial<PostgresBootstrapOptions> = {}): string =>
  postgresBootstrap({ ...options, ...change });

const linesWith = (sql: string, pattern: RegExp): string[] => sql.split("\n").filter((line) => pattern.test(line));

describe("postgresBootstrap, by version", () => {
  it.each([14, 15])("gives the admin the roles WITH ADMIN OPTION on PostgreSQL %d", (version) => {
    const sql = bootstrapWith({ version });
    expect(sql).toContain(`GRANT "app_owner", "app_ro", "app_rw" TO "vault_admin" WITH ADMIN OPTION;`);
    expect(sql).not.toMatch(/ADMIN TRUE|INHERIT FALSE|SET FALSE/);
  });

  it.each([16, 17, 18])("lets the admin hand the roles on but not use them on PostgreSQL %d", (version) => {
    const sql = bootstrapWith({ version });
    expect(sql).toContain(
      `GRANT "app_owner", "app_ro", "app_rw" TO "vault_admin" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`,
    );
    expect(sql).not.toContain("ADMIN OPTION");
  });

  it("differs in nothing else", () => {
    const others = [14, 16, 18].map((version) => bootstrapWith({ version }).replace(/WITH ADMIN .*;/, ""));
    expect(new Set(others).size).toBe(1);
  });

  it.each([13, 19, 16.5, 0, -16, Number.NaN])("refuses version %p", (version) => {
    expect(refusalOf(() => bootstrapWith({ version }))).toBe(
      `[bootstrap of orders] version ${version} is not supported: give a PostgreSQL major version from 14 to 18`,
    );
  });
});

describe("postgresBootstrap, for the admin", () => {
  it.each([14, 15, 16, 17, 18])("says SUPERUSER with NO before it only, on PostgreSQL %d", (version) => {
    const sql = withoutComments(bootstrapWith({ version }));
    expect(sql).toContain("NOSUPERUSER");
    expect(sql).not.toMatch(/(?<!NO)SUPERUSER/i);
  });

  it("makes a login that may create roles and nothing more", () => {
    expect(linesWith(bootstrapWith(), /^ALTER ROLE "vault_admin"/)).toEqual([
      'ALTER ROLE "vault_admin" LOGIN CREATEROLE NOSUPERUSER NOCREATEDB NOREPLICATION NOBYPASSRLS;',
      `ALTER ROLE "vault_admin" SET lock_timeout = '5s';`,
      `ALTER ROLE "vault_admin" SET statement_timeout = '30s';`,
    ]);
  });

  it("lets it end sessions", () => {
    expect(bootstrapWith()).toContain('GRANT pg_signal_backend TO "vault_admin";');
  });

  it("holds no password: it reads one from a setting, when it creates the admin", () => {
    const passwords = linesWith(bootstrapWith(), /password/i);
    expect(passwords).toEqual([
      `    EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN PASSWORD %L', 'vault_admin', pg_catalog.current_setting('leasehold.admin_password'));`,
    ]);
    expect(adminPasswordSetting).toBe("leasehold.admin_password");
  });
});

describe("postgresBootstrap, for roles and groups", () => {
  it("makes roles that nobody logs in as", () => {
    expect(linesWith(bootstrapWith(), /CREATE ROLE "/).map((line) => line.trim())).toEqual([
      'CREATE ROLE "app_owner" NOLOGIN;',
      'CREATE ROLE "app_ro" NOLOGIN;',
      'CREATE ROLE "app_rw" NOLOGIN;',
    ]);
  });

  it("can be run again: it creates only what is missing", () => {
    const lines = bootstrapWith().split("\n");
    for (const [at, line] of lines.entries()) {
      if (line.includes("CREATE ROLE")) expect(lines[at - 1]).toMatch(/IF NOT EXISTS .* THEN$/);
      if (line.startsWith("CREATE SCHEMA")) expect(line).toMatch(/^CREATE SCHEMA IF NOT EXISTS /);
    }
    expect(lines.filter((line) => line.includes("IF NOT EXISTS (SELECT"))).toHaveLength(4);
  });

  it("closes the database to everybody whom it does not name", () => {
    const sql = bootstrapWith();
    expect(sql).toContain('REVOKE ALL ON DATABASE "orders" FROM PUBLIC;');
    expect(sql).toContain('GRANT CONNECT ON DATABASE "orders" TO "vault_admin", "app_owner", "app_ro", "app_rw";');
  });

  it("lets the owner role alone create in a schema", () => {
    expect(linesWith(bootstrapWith(), /CREATE ON SCHEMA|, CREATE/)).toEqual([
      'REVOKE CREATE ON SCHEMA "public" FROM PUBLIC;',
      'GRANT USAGE, CREATE ON SCHEMA "public" TO "app_owner";',
    ]);
  });

  it("gives a read-only group reading, of what is there and of what the owner will make", () => {
    expect(linesWith(bootstrapWith(), /TO "app_ro";$/)).toEqual([
      'GRANT USAGE ON SCHEMA "public" TO "app_ro";',
      'GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "app_ro";',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app_owner" IN SCHEMA "public" GRANT SELECT ON TABLES TO "app_ro";',
      'GRANT SELECT ON ALL SEQUENCES IN SCHEMA "public" TO "app_ro";',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app_owner" IN SCHEMA "public" GRANT SELECT ON SEQUENCES TO "app_ro";',
    ]);
  });

  it("gives a read-write group writing, but neither TRUNCATE nor setval", () => {
    expect(linesWith(bootstrapWith(), /^GRANT .* ON ALL .*TO "app_rw";$/)).toEqual([
      'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "public" TO "app_rw";',
      'GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA "public" TO "app_rw";',
    ]);
    expect(linesWith(bootstrapWith(), /^ALTER DEFAULT .*TO "app_rw";$/)).toEqual([
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app_owner" IN SCHEMA "public" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "app_rw";',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app_owner" IN SCHEMA "public" GRANT SELECT, USAGE ON SEQUENCES TO "app_rw";',
    ]);
  });

  it("does the same for each schema", () => {
    const sql = bootstrapWith({ schemas: ["public", "sales"] });
    const inPublic = linesWith(sql, /"public"/);
    expect(linesWith(sql, /"sales"/)).toEqual(inPublic.map((line) => line.replaceAll('"public"', '"sales"')));
    expect(inPublic.length).toBeGreaterThan(10);
  });

  it("works without groups, from which there is nothing to take back", () => {
    const sql = bootstrapWith({ groups: {} });
    expect(sql).toContain('GRANT "app_owner" TO "vault_admin" WITH ADMIN TRUE');
    expect(linesWith(sql, /REVOKE/).every((line) => line.endsWith("FROM PUBLIC;"))).toBe(true);
  });

  it("quotes names that need it", () => {
    const sql = bootstrapWith({ database: "my-app", ownerRole: "my-owner", groups: { "my.ro": "read-only" } });
    expect(sql).toContain('REVOKE ALL ON DATABASE "my-app" FROM PUBLIC;');
    expect(sql).toContain("WHERE rolname = 'my-owner')");
    expect(sql).toContain('GRANT USAGE ON SCHEMA "public" TO "my.ro";');
  });
});

describe("postgresBootstrap, run again after something was declared no more", () => {
  it("is one transaction, so that nobody sees a group without its privileges", () => {
    const sql = bootstrapWith();
    expect(sql.startsWith("BEGIN;\n")).toBe(true);
    expect(sql.endsWith("\nCOMMIT;\n")).toBe(true);
    expect(linesWith(sql, /^(BEGIN|COMMIT|ROLLBACK);/)).toHaveLength(2);
  });

  it("takes everything from every group in every schema before it gives anything", () => {
    const sql = bootstrapWith({ schemas: ["public", "sales"] });
    for (const schema of ["public", "sales"]) {
      expect(linesWith(sql, new RegExp(`"${schema}".* FROM "app_ro"`))).toEqual([
        `REVOKE ALL ON SCHEMA "${schema}" FROM "app_ro", "app_rw";`,
        `REVOKE ALL ON ALL TABLES IN SCHEMA "${schema}" FROM "app_ro", "app_rw";`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE "app_owner" IN SCHEMA "${schema}" REVOKE ALL ON TABLES FROM "app_ro", "app_rw";`,
        `REVOKE ALL ON ALL SEQUENCES IN SCHEMA "${schema}" FROM "app_ro", "app_rw";`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE "app_owner" IN SCHEMA "${schema}" REVOKE ALL ON SEQUENCES FROM "app_ro", "app_rw";`,
      ]);
    }
    const given = sql.split("\n").findIndex((line) => /GRANT .* ON (SCHEMA|ALL|TABLES).* TO "app_r[ow]"/.test(line));
    const taken = sql.split("\n").findLastIndex((line) => line.includes("REVOKE"));
    expect(given).toBeGreaterThan(taken);
  });

  it("never takes from the owner role what it gave it", () => {
    expect(linesWith(bootstrapWith(), /FROM .*"app_owner"/)).toEqual([]);
  });
});

describe("postgresBootstrap, for groups with an access of their own", () => {
  it("gives schema by schema what is declared, with the sequences where rows are inserted", () => {
    const sql = bootstrapWith({ groups: { clerks: { schemas: { public: ["SELECT"], sales: ["INSERT", "UPDATE"] } } } });
    expect(linesWith(sql, / TO "clerks";$/).filter((line) => !line.startsWith("ALTER"))).toEqual([
      'GRANT USAGE ON SCHEMA "public" TO "clerks";',
      'GRANT USAGE ON SCHEMA "sales" TO "clerks";',
      'GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "clerks";',
      'GRANT SELECT ON ALL SEQUENCES IN SCHEMA "public" TO "clerks";',
      'GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA "sales" TO "clerks";',
      'GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA "sales" TO "clerks";',
    ]);
    expect(linesWith(sql, /^ALTER .*GRANT .* TO "clerks";$/)).toHaveLength(4);
  });

  const named = bootstrapWith({
    groups: {
      app_ro: "read-only",
      reports: { tables: { orders: ["SELECT"], "sales.invoices": ["SELECT", "INSERT"] } },
    },
  });

  it("gives a group of named tables these and the use of their schemas, and nothing that comes later", () => {
    const given = linesWith(named, /GRANT .* TO "reports";$/).map((line) => line.trim());
    expect(given).toEqual([
      'GRANT USAGE ON SCHEMA "public" TO "reports";',
      'GRANT USAGE ON SCHEMA "sales" TO "reports";',
      'GRANT SELECT ON "public"."orders" TO "reports";',
      'GRANT SELECT, INSERT ON "sales"."invoices" TO "reports";',
    ]);
  });

  it("passes over a named table that does not exist yet, with a notice", () => {
    expect(linesWith(named, /to_regclass|RAISE NOTICE 'table/).map((line) => line.trim())).toEqual([
      `target oid := pg_catalog.to_regclass('"public"."orders"');`,
      `RAISE NOTICE 'table % does not exist yet: run this again when it does', '"public"."orders"';`,
      `target oid := pg_catalog.to_regclass('"sales"."invoices"');`,
      `RAISE NOTICE 'table % does not exist yet: run this again when it does', '"sales"."invoices"';`,
    ]);
    expect(linesWith(named, /IF target IS NULL THEN/)).toHaveLength(2);
  });

  it("gives the use of the sequences of the tables that are inserted into, and of no others", () => {
    const blocks = named.split("DO $bootstrap$").filter((block) => block.includes("to_regclass"));
    expect(blocks.map((block) => block.includes("GRANT USAGE ON SEQUENCE"))).toEqual([false, true]);
  });

  it("makes their schemas, and takes everything back there too", () => {
    expect(linesWith(named, /^CREATE SCHEMA/)).toEqual([
      'CREATE SCHEMA IF NOT EXISTS "public";',
      'CREATE SCHEMA IF NOT EXISTS "sales";',
    ]);
    expect(named).toContain('REVOKE ALL ON ALL TABLES IN SCHEMA "sales" FROM "app_ro", "reports";');
  });

  it("gives nothing of their schemas to a group that reads the bootstrap's schemas", () => {
    expect(linesWith(named, /"sales".* TO "app_ro"/)).toEqual([]);
  });
});

describe("postgresBootstrap, for static users", () => {
  it.each([16, 17, 18])("lets the admin change them on PostgreSQL %d, once they exist", (version) => {
    const sql = bootstrapWith({ version, staticUsers: ["legacy", "batch-job"] });
    for (const user of ["legacy", "batch-job"]) {
      const block = sql.split("DO $bootstrap$").find((each) => each.includes(`GRANT "${user}"`));
      expect(block).toContain(`IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${user}') THEN`);
      expect(block).toContain(`GRANT "${user}" TO "vault_admin" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`);
      expect(block).toContain(`RAISE NOTICE 'user % does not exist yet: run this again when it does', '${user}';`);
    }
    expect(sql).not.toContain('CREATE ROLE "legacy"');
  });

  it.each([14, 15])("needs nothing on PostgreSQL %d, where CREATEROLE is enough", (version) => {
    expect(bootstrapWith({ version, staticUsers: ["legacy"] })).not.toContain('GRANT "legacy"');
  });

  it("gives nobody else's membership away without them", () => {
    expect(linesWith(bootstrapWith(), /^ *GRANT "/)).toHaveLength(1);
  });
});

describe("postgresBootstrap, for an admin that makes superusers", () => {
  it("makes the admin one, and says so", () => {
    const sql = bootstrapWith({ superuserAdmin: "restores dumps" });
    expect(sql).toContain('ALTER ROLE "vault_admin" LOGIN CREATEROLE SUPERUSER NOCREATEDB NOREPLICATION NOBYPASSRLS;');
    expect(sql).toContain("-- Vault's own user: a superuser, since it makes superusers.");
    expect(sql).not.toContain("restores dumps");
  });

  it("differs in nothing else", () => {
    const differing = new Set(bootstrapWith().split("\n"));
    const added = bootstrapWith({ superuserAdmin: "restores dumps" })
      .split("\n")
      .filter((line) => !differing.has(line));
    expect(added).toHaveLength(2);
  });
});

describe("postgresBootstrap, of names that it can't trust", () => {
  const hostileNames = ["", "a b", "a'b", 'a"; DROP ROLE x; --', "a$bootstrap$", "${var.name}", "x".repeat(64)];

  it.each(["pg_monitor", "public", "none"])("refuses the role name %s, which is PostgreSQL's own", (name) => {
    const changes: readonly Partial<PostgresBootstrapOptions>[] = [
      { adminUsername: name },
      { ownerRole: name },
      { groups: { [name]: "read-only" } },
      { staticUsers: [name] },
    ];
    for (const change of changes) {
      expect(refusalOf(() => bootstrapWith(change))).toMatch(
        /^\[.*\] role name \w+ is PostgreSQL's own: choose a name that is not public, none or pg_\.\.\.$/,
      );
    }
  });

  it.each<[string, Partial<PostgresBootstrapOptions>]>([
    ["vault_admin", { ownerRole: "vault_admin" }],
    ["app_owner", { groups: { app_owner: "read-only" } }],
    ["vault_admin", { groups: { vault_admin: "read-only" } }],
    ["vault_admin", { staticUsers: ["vault_admin"] }],
    ["app_ro", { staticUsers: ["app_ro"] }],
  ])("refuses one role for two things: %s", (name, change) => {
    expect(refusalOf(() => bootstrapWith(change))).toBe(
      `[bootstrap of orders] role name ${name} stands for two of adminUsername, ownerRole, groups and staticUsers: ` +
        "give each a name of its own",
    );
  });

  it("refuses an access that can't be, and says whose", () => {
    const make = (access: TableAccess) => refusalOf(() => bootstrapWith({ groups: { reports: access } }));
    const start = "[bootstrap of orders, groups.reports] ";
    expect(make({ tables: { 'a"; --': ["SELECT"] } })).toContain(`${start}tables holds "a\\"; --"`);
    expect(make({ tables: { orders: [] } })).toContain(`${start}tables.orders names no privilege`);
    expect(make({ schemas: { "a b": ["SELECT"] } })).toContain(`${start}schemas "a b" can't be used`);
    expect(make({})).toContain(`${start}names no schema and no table`);
  });

  it.each(hostileNames)("refuses %j wherever a name stands", (name) => {
    const changes: Record<string, Partial<PostgresBootstrapOptions>> = {
      database: { database: name },
      adminUsername: { adminUsername: name },
      ownerRole: { ownerRole: name },
      groups: { groups: { app_ro: "read-only", [name]: "read-only" } },
      schemas: { schemas: ["public", name] },
      staticUsers: { staticUsers: ["legacy", name] },
    };
    for (const [field, change] of Object.entries(changes)) {
      expect(refusalOf(() => bootstrapWith(change))).toContain(`] ${field} ${JSON.stringify(name)} can't be used`);
    }
  });
});
