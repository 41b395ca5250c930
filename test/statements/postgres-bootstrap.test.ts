import {
  adminPasswordSetting,
  postgresBootstrap,
  type PostgresBootstrapOptions,
} from "../../constructs/database/statements/postgres-bootstrap";
import { withoutComments } from "../../constructs/database/statements/sql-text";
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
      'GRANT SELECT ON ALL SEQUENCES IN SCHEMA "public" TO "app_ro";',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app_owner" IN SCHEMA "public" GRANT SELECT ON TABLES TO "app_ro";',
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

  it("works without groups", () => {
    expect(bootstrapWith({ groups: {} })).toContain('GRANT "app_owner" TO "vault_admin" WITH ADMIN TRUE');
  });

  it("quotes names that need it", () => {
    const sql = bootstrapWith({ database: "my-app", ownerRole: "my-owner", groups: { "my.ro": "read-only" } });
    expect(sql).toContain('REVOKE ALL ON DATABASE "my-app" FROM PUBLIC;');
    expect(sql).toContain("WHERE rolname = 'my-owner')");
    expect(sql).toContain('GRANT USAGE ON SCHEMA "public" TO "my.ro";');
  });
});

describe("postgresBootstrap, of names that it can't trust", () => {
  const hostileNames = ["", "a b", "a'b", 'a"; DROP ROLE x; --', "a$bootstrap$", "${var.name}", "x".repeat(64)];

  it.each(["pg_monitor", "public", "none"])("refuses the role name %s, which is PostgreSQL's own", (name) => {
    for (const change of [{ adminUsername: name }, { ownerRole: name }, { groups: { [name]: "read-only" } as const }]) {
      expect(refusalOf(() => bootstrapWith(change))).toMatch(
        /^\[.*\] role name \w+ is PostgreSQL's own: choose a name that is not public, none or pg_\.\.\.$/,
      );
    }
  });

  it.each(hostileNames)("refuses %j wherever a name stands", (name) => {
    const changes: Record<string, Partial<PostgresBootstrapOptions>> = {
      database: { database: name },
      adminUsername: { adminUsername: name },
      ownerRole: { ownerRole: name },
      groups: { groups: { app_ro: "read-only", [name]: "read-only" } },
      schemas: { schemas: ["public", name] },
    };
    for (const [field, change] of Object.entries(changes)) {
      expect(refusalOf(() => bootstrapWith(change))).toContain(`] ${field} ${JSON.stringify(name)} can't be used`);
    }
  });
});
