import { DatabaseSecretBackendConnection } from "@cdktf/provider-vault/lib/database-secret-backend-connection";
import { SecretInput } from "../../../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../../../constructs/database/database-secrets-engine";
import { CustomStatements } from "../../../../constructs/database/statements/custom-statements";
import { MariaDbStatements } from "../../../../constructs/database/statements/mysql-statements";
import { MongoDbStatements } from "../../../../constructs/database/statements/mongodb-statements";
import { loadPostgresGrammar } from "../../../../constructs/database/statements/postgres-grammar";
import { PostgresStatements } from "../../../../constructs/database/statements/postgres-statements";
import { sqlRules } from "../../../../constructs/guardrails/sql/rules";
import { against, judged } from "../../../helpers/guardrails";
import { stackWithVault } from "../../../helpers/synth";
import { postgresOptions } from "../../database/declarations";
import { rawPostgres, rawRole, rawStack, rawStaticRole } from "../database/raw";

const login = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;
const ttls = { defaultTtl: "1h", maxTtl: "4h" } as const;
const admin = (username: string) => ({ username, password: SecretInput.variable(`${username}_password`) });

/** A role of PostgreSQL by the bindings alone. */
const postgres = (change: Parameters<typeof rawRole>[2]) => {
  const { stack, mount } = rawStack();
  rawRole(stack, rawPostgres(stack, mount), change);
  return stack;
};

/** A role of another engine by the bindings alone. */
const other = (engine: "mysql" | "mongodb", creation: readonly string[], revocation: readonly string[]) => {
  const { stack, mount } = rawStack();
  const connection = new DatabaseSecretBackendConnection(stack, "connection", {
    backend: mount.path,
    name: "app",
    [engine]: { connectionUrl: "...", username: "vault_admin" },
  });
  rawRole(stack, connection, { creationStatements: [...creation], revocationStatements: [...revocation] });
  return stack;
};

/** Constructs of each kind of statements. */
const sound = () => {
  const stack = stackWithVault();
  const engine = new DatabaseSecretsEngine(stack, "Database", { path: "database" });
  const app = engine.addPostgres("postgres", { ...postgresOptions, admin: admin("vault_postgres") });
  app.addRole("reader", { statements: PostgresStatements.memberOf("app_ro"), ...ttls });
  app.addRole("migrator", { statements: PostgresStatements.migrator(), ...ttls });
  const shop = engine.addMySql("mariadb", { product: "mariadb", host: "shop.company.com", admin: admin("vault_shop") });
  shop.addRole("shop", { statements: MariaDbStatements.readOnly({ databases: ["shop"] }), ...ttls });
  const logs = engine.addMongoDb("mongodb", { hosts: ["logs.company.com"], admin: admin("vault_logs") });
  logs.addRole("logs", { statements: MongoDbStatements.withRoles({ roles: [{ role: "read", db: "logs" }] }), ...ttls });
  return stack;
};

beforeAll(loadPostgresGrammar);

describe("statements of the constructs", () => {
  it.each(sqlRules.map(({ id, title }) => [id, title]))("pass %s: %s", (id) => {
    expect(against(sound(), id)).toEqual([]);
  });
});

describe("statements of bindings", () => {
  it("pass where they are sound", () => {
    const counting = judged(postgres({})).findings.filter(({ id }) => id.startsWith("LH-SQL") && id !== "LH-SQL-004");
    expect(counting).toEqual([]);
  });

  it.each<[string, Parameters<typeof rawRole>[2], string]>([
    ["LH-SQL-001", { creationStatements: [] }, "creation_statements is empty: no user would be made"],
    ["LH-SQL-002", { revocationStatements: [] }, "revocation_statements is empty: the plug-in's default fails"],
    ["LH-SQL-003", { revocationStatements: ["DROP ROLE {{name}}"] }, "revocation_statements[0] holds {{name}} without"],
    [
      "LH-SQL-005",
      { creationStatements: [login, `GRANT SELECT ON orders TO "{{name}}"`] },
      "creation_statements[1] grants on an object to {{name}} itself",
    ],
    [
      "LH-SQL-005",
      { creationStatements: [login, `ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO "{{name}}"`] },
      "creation_statements[1] alters default privileges for {{name}}",
    ],
    ["LH-SQL-007", { creationStatements: [`${login} CREATEROLE`] }, "creation_statements[0] gives the user CREATEROLE"],
    [
      "LH-SQL-008",
      { creationStatements: [login, `GRANT app_ro TO "{{name}}" WITH ADMIN OPTION`] },
      "creation_statements[1] lets the user pass on what it has",
    ],
    [
      "LH-SQL-009",
      { creationStatements: [`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}'`] },
      "creation_statements lacks {{expiration}}",
    ],
    [
      "LH-SQL-010",
      { renewStatements: ["DO $$ BEGIN PERFORM 1; END $$"] },
      "renew_statements[0] holds a DO block: servers before",
    ],
    [
      "LH-SQL-010",
      { revocationStatements: [`DO $$ begin perform 1; end $$`, `DROP ROLE "{{name}}"`] },
      'revocation_statements[0] has a ";" inside a block',
    ],
    [
      "LH-SQL-011",
      { creationStatements: [login, `COMMENT ON ROLE "{{name}}" IS 'a;b'`] },
      'creation_statements[1] has a ";" inside quotes',
    ],
    [
      "LH-SQL-015",
      { creationStatements: [login, "SELEC 1"] },
      "creation_statements[1] is not accepted by PostgreSQL's",
    ],
    ["LH-SQL-016", { revocationStatements: ["DROP ROLE app"] }, "revocation_statements lacks {{name}}"],
    ["LH-SQL-017", { creationStatements: [login, " "] }, "creation_statements[1] is empty"],
  ])("%s fires on %j", (id, change, problem) => {
    const found = against(postgres(change), id);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`error role ${problem}`);
  });

  it("LH-SQL-006 fires on a superuser, which a lab and developers may have", () => {
    const stack = postgres({ creationStatements: [`${login} SUPERUSER`] });
    expect(against(stack, "LH-SQL-006")).toEqual(["error role creation_statements[0] gives the user SUPERUSER"]);
    expect(against(stack, "LH-SQL-006", { tier: "dev" })).toHaveLength(1);
    expect(against(stack, "LH-SQL-006", { tier: "dev" })[0]).toMatch(/^warning /);
    expect(against(stack, "LH-SQL-007")).toEqual([]);
  });

  it("LH-SQL-006 takes the reason of a construct's statements", () => {
    const stack = stackWithVault();
    const engine = new DatabaseSecretsEngine(stack, "Database", { path: "database" });
    const creation = [`${login} SUPERUSER`];
    const statements = PostgresStatements.custom({ creation, superuserReason: "Restores the cluster at night" });
    engine.addPostgres("app", postgresOptions).addRole("restore", { statements, ...ttls });
    expect(against(stack, "LH-SQL-006")).toEqual([]);
    expect(judged(stack).findings.find(({ id }) => id === "LH-SQL-006")).toMatchObject({
      construct: "Database/app/restore",
      waived: { by: "code", reason: "Restores the cluster at night" },
    });
  });

  it("LH-SQL-002 takes what was left to a plug-in on purpose, and nothing else", () => {
    const stack = stackWithVault();
    const engine = new DatabaseSecretsEngine(stack, "Database", { path: "database" });
    const statements = CustomStatements.of({ creation: ["CREATE ..."], revocation: { pluginDefault: true } });
    const plugin = { engine: "redshift", name: "redshift-database-plugin" } as const;
    const connectionUrl = "postgres://{{username}}:{{password}}@warehouse.company.com:5439/app?sslmode=verify-full";
    engine
      .addCustom("warehouse", { plugin, settings: { connectionUrl }, admin: admin("vault_admin") })
      .addRole("reader", { statements, ...ttls });
    expect(against(stack, "LH-SQL-002")).toEqual([]);
  });

  it("LH-SQL-010 fires on a block in a rotation, of a static role and of an admin", () => {
    const { stack, mount } = rawStack();
    const block = ["DO $$ BEGIN PERFORM '{{name}}', '{{password}}'; END $$"];
    const connection = rawPostgres(stack, mount);
    connection.rootRotationStatements = block;
    rawStaticRole(stack, connection, { rotationStatements: block });
    expect(against(stack, "LH-SQL-010").map((each) => each.split(" holds ")[0])).toEqual([
      "error connection-app root_rotation_statements[0]",
      "error static rotation_statements[0]",
    ]);
  });

  it("judges a role whose connection is declared elsewhere by what it runs", () => {
    const { stack, mount } = rawStack();
    const connection = rawPostgres(stack, mount);
    rawRole(stack, connection, { dbName: "elsewhere", revocationStatements: ["DROP ROLE {{name}}"] });
    expect(against(stack, "LH-SQL-003")).toHaveLength(1);
  });
});

describe("statements of MySQL and MariaDB", () => {
  const user = "CREATE USER '{{name}}'@'%' IDENTIFIED BY '{{password}}' PASSWORD EXPIRE INTERVAL 2 DAY";
  const drop = "DROP USER IF EXISTS '{{name}}'@'%'";

  it("LH-SQL-007 fires on a grant on *.*", () => {
    const found = against(other("mysql", [user, "GRANT SELECT ON *.* TO '{{name}}'@'%'"], [drop]), "LH-SQL-007");
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("error role creation_statements[1] grants on *.*");
  });

  it("LH-SQL-009 fires on a user without an end", () => {
    const found = against(
      other("mysql", ["CREATE USER '{{name}}' IDENTIFIED BY '{{password}}'"], [drop]),
      "LH-SQL-009",
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("creation_statements lacks PASSWORD EXPIRE INTERVAL");
  });

  it("LH-SQL-012 fires on hosts that differ", () => {
    const stack = other("mysql", [user], ["DROP USER IF EXISTS '{{name}}'@'localhost'"]);
    const found = against(stack, "LH-SQL-012");
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("error role revocation_statements[0] names the user at 'localhost'");
    expect(against(other("mysql", [user], [drop]), "LH-SQL-012")).toEqual([]);
  });
});

describe("MongoDB's documents, LH-SQL-013", () => {
  const creation = '{"db": "app", "roles": [{"role": "read"}]}';

  it.each<[string, string[], string[], string]>([
    ["another database", [creation], ['{"db": "admin"}'], "revocation_statements[0] names the database admin"],
    ["two items", [creation, creation], ['{"db": "app"}'], "creation_statements has 2 items"],
  ])("fires on %s", (_, created, revoked, problem) => {
    const found = against(other("mongodb", created, revoked), "LH-SQL-013");
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`error role ${problem}`);
  });

  it("passes one item of one database each", () => {
    expect(against(other("mongodb", [creation], ['{"db": "app"}']), "LH-SQL-013")).toEqual([]);
  });
});

describe("username templates", () => {
  const withTemplate = (usernameTemplate?: string) => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount, usernameTemplate === undefined ? {} : { usernameTemplate });
    return stack;
  };

  it.each<[string | undefined, string]>([
    [undefined, "is not given, and the plug-in's own holds .DisplayName"],
    [`{{ printf "v-%s-%s" .DisplayName (random 20) | truncate 63 }}`, "holds .DisplayName as it is"],
    [`{{ printf "v-%s" (.RoleName | truncate 14) | truncate 63 }}`, "makes names that can be guessed or met twice"],
  ])("LH-SQL-004 fires on %s", (template, problem) => {
    const found = against(withTemplate(template), "LH-SQL-004");
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`error connection-app username_template ${problem}`);
  });

  it("LH-SQL-014 fires on names that PostgreSQL would cut", () => {
    const stack = withTemplate(`{{ printf "v-%s-%s" .RoleName (random 20) | truncate 80 }}`);
    expect(against(stack, "LH-SQL-014")).toEqual([
      "error connection-app username_template may make names longer than 63 characters",
    ]);
    expect(against(stack, "LH-SQL-004")).toEqual([]);
  });
});
