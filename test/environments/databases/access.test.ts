import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { TablePrivilege } from "../../../constructs/database/statements/statement-set";
import { type DeclaredAccess, declaredAccess, mayUse } from "../../../environments/databases/access";
import { bootstrapOf } from "../../../environments/databases/bootstrap";
import { isPostgres, type PostgresDefinition } from "../../../environments/databases/schema";
import { environmentOf, everyEngine } from "../../helpers/databases";

const all: readonly TablePrivilege[] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

function accessOf(statements: PostgresStatements): DeclaredAccess {
  const roles = [{ name: "role", statements, defaultTtl: "1h", maxTtl: "8h" }];
  const bootstrap = { ...everyEngine.postgres.bootstrap, superuserAdmin: "for the tests" };
  const [database] = environmentOf({ ...everyEngine.postgres, roles, bootstrap }).databases.filter(isPostgres);
  return declaredAccess(database as PostgresDefinition, statements);
}

const on = (access: DeclaredAccess, table: string) => {
  const [schema = "", name = ""] = table.split(".");
  return all.filter((privilege) => mayUse(access, { schema, table: name }, privilege));
};

describe("what users may do by the declaration", () => {
  it("is what their groups may", () => {
    const access = accessOf(PostgresStatements.memberOf("app_ro"));
    expect(access).toMatchObject({ memberships: ["app_ro"], owns: false, superuser: false });
    expect(on(access, "public.anything")).toEqual(["SELECT"]);
    expect(on(access, "billing.anything")).toEqual([]);
  });

  it("is the sum of several groups", () => {
    const access = accessOf(PostgresStatements.memberOf(["app_ro", "billing_ro"]));
    expect(on(access, "public.invoices")).toEqual(["SELECT"]);
    expect(access.memberships).toEqual(["app_ro", "billing_ro"]);
  });

  it("is what the set asks a group for, schema by schema and table by table", () => {
    const schemas = accessOf(PostgresStatements.readWrite({ group: "writers", schemas: ["billing"] }));
    expect(on(schemas, "billing.anything")).toEqual(all);
    expect(on(schemas, "public.anything")).toEqual([]);
    const tables = accessOf(
      PostgresStatements.onTables({
        group: "service",
        tables: { users: ["SELECT", "UPDATE"], "hr.staff": ["SELECT"] },
      }),
    );
    expect(on(tables, "public.users")).toEqual(["SELECT", "UPDATE"]);
    expect(on(tables, "hr.staff")).toEqual(["SELECT"]);
    expect(on(tables, "hr.salaries")).toEqual([]);
  });

  it("is the owner's for a migrator, and everything for a superuser", () => {
    expect(accessOf(PostgresStatements.migrator())).toMatchObject({ owns: true, superuser: false });
    expect(accessOf(PostgresStatements.superuser({ reason: "r" }))).toMatchObject({ owns: false, superuser: true });
  });

  it("is what custom statements say, and what their groups may", () => {
    const create = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE app_ro`;
    const access = accessOf(
      PostgresStatements.custom({
        creation: [create],
        groups: ["app_ro"],
        access: { tables: { reports: ["DELETE"] } },
      }),
    );
    expect(on(access, "public.reports")).toEqual(["SELECT", "DELETE"]);
    expect(on(access, "public.users")).toEqual(["SELECT"]);
  });
});

describe("the bootstrap of a declared database", () => {
  const textOf = (engine: keyof typeof everyEngine) => {
    const [database] = environmentOf(everyEngine[engine]).databases;
    return database === undefined ? undefined : bootstrapOf(database);
  };

  it("makes Vault's admin in each SQL engine, and holds no password", () => {
    for (const engine of ["postgres", "mysql", "mariadb"] as const) {
      expect(textOf(engine)).toContain("vault_admin");
      expect(textOf(engine)).not.toContain("TF_VAR");
    }
  });

  it("knows a static role's user, the groups of the declaration and those that roles ask for", () => {
    expect(textOf("postgres")).toContain(`GRANT "legacy" TO "vault_admin"`);
    expect(textOf("postgres")).toContain(`CREATE ROLE "billing_ro" NOLOGIN`);
    const statements = PostgresStatements.reporting({ group: "reporting", tables: ["hr.salaries"] });
    const roles = [{ name: "r", statements, defaultTtl: "1h", maxTtl: "8h" }];
    const [database] = environmentOf({ ...everyEngine.postgres, roles }).databases.filter(isPostgres);
    const script = bootstrapOf(database as PostgresDefinition);
    expect(script).toContain(`CREATE ROLE "reporting" NOLOGIN`);
    // Who reads all of the bootstrap's schemas does not read a schema that only another role asked for.
    expect(script).not.toContain(`ON ALL TABLES IN SCHEMA "hr" TO "app_ro"`);
  });

  it("is none where the engine has no SQL", () => {
    expect(textOf("mongodb")).toBeUndefined();
    expect(textOf("custom")).toBeUndefined();
  });
});
