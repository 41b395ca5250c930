import { checkRotation, checkStatements } from "../../constructs/database/statements/check";
import {
  postgresBootstrap,
  type PostgresBootstrapOptions,
} from "../../constructs/database/statements/postgres-bootstrap";
import {
  grammarFindings,
  isPostgresGrammarLoaded,
  loadPostgresGrammar,
} from "../../constructs/database/statements/postgres-grammar";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { segments, splitAsVault } from "../../constructs/database/statements/sql-text";

const createUser = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;

/** Sound to every other rule, but no SQL. */
const typo = createUser.replace("CREATE ROLE", "CREAT ROLE");

const findingsOf = (...creation: string[]): string[] =>
  checkStatements(PostgresStatements.custom({ creation })).map(({ field, problem }) => `${field} ${problem}`);

describe("before PostgreSQL's grammar is loaded", () => {
  it("statements are judged by all the other rules", () => {
    expect(isPostgresGrammarLoaded()).toBe(false);
    expect(grammarFindings("SELEC 1")).toEqual([]);
    expect(findingsOf(typo)).toEqual([]);
    expect(findingsOf(typo, "")).toEqual(["creation[1] is empty"]);
  });
});

describe("PostgreSQL's grammar", () => {
  beforeAll(async () => {
    await loadPostgresGrammar();
    await loadPostgresGrammar();
  });

  it("is loaded once it was asked for, twice too", () => {
    expect(isPostgresGrammarLoaded()).toBe(true);
  });

  it("says what is wrong, where, and what to do", () => {
    expect(grammarFindings("SELEC 1")).toEqual([
      {
        kind: "grammar",
        problem: `is not accepted by PostgreSQL's grammar: syntax error at or near "SELEC" at character 1`,
        remedy: "write it as PostgreSQL 18 understands it",
      },
    ]);
  });

  it("judges a statement anew that passed before it was loaded", () => {
    expect(findingsOf(typo)).toEqual([
      `creation[0] is not accepted by PostgreSQL's grammar: syntax error at or near "CREAT" at character 1`,
    ]);
  });

  it.each([
    ["an unknown attribute", `ALTER ROLE "{{name}}" LOGINN`, 'unrecognized role option "loginn" at character 23'],
    ["a word too many", "GRANT SELECT ON ON orders TO app_ro", '"ON"'],
    ["a missing word", 'GRANT app_ro "{{name}}"', '""{{name}}""'],
    ["a literal that never ends", "SELECT 'a", "unterminated quoted string"],
    ["a statement of MySQL", "CREATE USER 'app'@'%' IDENTIFIED BY 'x'", "'app'"],
    ["the second of two", "SELECT 1; SELEC 2", '"SELEC"'],
  ])("refuses %s", (_what, statement, near) => {
    expect(findingsOf(createUser, statement)).toEqual([
      expect.stringMatching(/^creation\[1\] is not accepted by PostgreSQL's grammar: /),
    ]);
    expect(findingsOf(createUser, statement)[0]).toContain(near);
  });

  it.each([
    ["a misspelt word", "DO $$ BEGIN PERFOM 1; END $$", 'syntax error at or near "PERFOM"'],
    ["a missing semicolon", "DO $$ BEGIN PERFORM 1 END $$", "syntax error at end of input"],
    ["an unknown variable", "DO $$ BEGIN x := 1; END $$", '"x" is not a known variable'],
    ["a loop without its end", "DO $$ BEGIN LOOP PERFORM 1; END $$", "syntax error"],
    ["wrong SQL", "DO $x$ BEGIN DROP ROLLE app; END $x$", 'syntax error at or near "ROLLE"'],
    ["wrong SQL, the language said", "DO LANGUAGE plpgsql $$ BEGIN SELEC 1; END $$", '"SELEC"'],
    ["an empty body", "DO $$$$", "syntax error at end of input"],
  ])("reads PL/pgSQL inside a DO block, and refuses %s", (_what, block, reason) => {
    expect(findingsOf(createUser, block)).toEqual([
      expect.stringContaining(`creation[1] is not accepted by PostgreSQL's grammar: ${reason.split('"')[0] ?? ""}`),
    ]);
    expect(findingsOf(createUser, block)[0]).toContain(reason);
  });

  it.each([
    ["a membership", 'GRANT app_ro TO "{{name}}"'],
    ["a block", `DO $$ BEGIN EXECUTE format('GRANT app_ro TO %I', '{{name}}'); END $$`],
    ["a block with declarations", "DO $$ DECLARE n int := 0; BEGIN n := n + 1; END $$"],
    ["a block that holds the tag with which it is read", "DO $$ BEGIN EXECUTE $block$SELECT 1$block$; END $$"],
    ["a block in a language that is not read", "DO LANGUAGE plpython3u $$ this is no PL/pgSQL $$"],
    ["several statements", "SELECT 1; SELECT 2"],
    ["options of PostgreSQL 16 on", 'GRANT app_ro TO "{{name}}" WITH INHERIT TRUE, SET FALSE'],
  ])("accepts %s", (_what, statement) => {
    expect(findingsOf(createUser, statement)).toEqual([]);
  });

  it("is asked about revocation, renewal and rotation too", () => {
    const set = PostgresStatements.custom({
      creation: [createUser],
      revocation: [`DROP ROLE IF EXIST "{{name}}"`],
      renewal: [`ALTER ROLE "{{name}}" VALID UNTILL '{{expiration}}'`],
    });
    expect(checkStatements(set).map(({ field }) => field)).toEqual(["revocation[0]", "renewal[0]"]);
    const rotation = [`ALTER ROLE "{{name}}" PASWORD '{{password}}'`];
    expect(checkRotation("postgresql", rotation)).toEqual([
      expect.objectContaining({
        field: "[0]",
        problem: expect.stringContaining('unrecognized role option "pasword"') as unknown,
      }),
    ]);
  });

  it("is not asked about the statements of another server", () => {
    const creation = ["FLUSH IT"];
    const set = { creation, revocation: [], renewal: [], groups: [], definedGroups: {}, access: {} };
    expect(checkStatements({ ...set, dialect: "other" })).toEqual([]);
    expect(checkStatements({ ...set, dialect: "postgresql" })).toContainEqual(
      expect.objectContaining({ field: "creation[0]", problem: expect.stringContaining('"FLUSH"') as unknown }),
    );
  });
});

describe("PostgreSQL's grammar accepts", () => {
  beforeAll(loadPostgresGrammar);

  const user = { connectionLimit: 3, ownerRole: "team-owner" };
  const presets: readonly (readonly [string, PostgresStatements])[] = [
    ["memberOf", PostgresStatements.memberOf("app_ro")],
    ["memberOf several, with options", PostgresStatements.memberOf(["app_ro", "Audit.ro"], user)],
    ["readOnly", PostgresStatements.readOnly({ group: "app_ro" })],
    ["readWrite with options", PostgresStatements.readWrite({ group: "my-rw", schemas: ["sales", "public"], ...user })],
    ["reporting", PostgresStatements.reporting({ group: "reports", tables: ["orders", "sales.invoices"] })],
    ["onTables", PostgresStatements.onTables({ group: "intake", tables: { orders: ["INSERT"] } })],
    ["migrator", PostgresStatements.migrator()],
    ["migrator with options", PostgresStatements.migrator(user)],
    ["superuser", PostgresStatements.superuser({ reason: "Restores dumps", ...user })],
    ["custom", PostgresStatements.custom({ creation: [createUser], groups: ["app_ro"] })],
  ];

  it.each(presets)(
    "every statement of the preset %s, which no other rule has anything against",
    (_name, statements) => {
      const sent = [...statements.creation, ...statements.revocation, ...statements.renewal].flatMap(splitAsVault);
      expect(sent.length).toBeGreaterThan(1);
      expect(sent.flatMap(grammarFindings)).toEqual([]);
      expect(checkStatements(statements)).toEqual([]);
    },
  );

  const plain: PostgresBootstrapOptions = {
    database: "orders",
    version: 16,
    adminUsername: "vault_admin",
    ownerRole: "app_owner",
    groups: { app_ro: "read-only", app_rw: "read-write" },
    schemas: ["public"],
  };
  const bootstraps: readonly (readonly [string, Partial<PostgresBootstrapOptions>])[] = [
    ["with nothing more than it needs", {}],
    ["without groups and schemas", { groups: {}, schemas: [] }],
    ["with names that need quoting", { database: "My-DB", ownerRole: "0.owner", groups: { "a-b": "read-only" } }],
    ["with static users", { staticUsers: ["legacy", "batch-job"] }],
    ["with a superuser", { superuserAdmin: "makes superusers" }],
    [
      "with named schemas and tables",
      {
        schemas: ["public", "sales"],
        groups: {
          reports: { tables: { orders: ["SELECT"], "sales.invoices": ["SELECT", "INSERT"] } },
          clerks: { schemas: { sales: ["SELECT", "INSERT", "UPDATE"] }, tables: { audit: ["INSERT"] } },
        },
      },
    ],
  ];

  it.each(
    [14, 15, 16, 17, 18].flatMap((version) => bootstraps.map(([name, change]) => [version, name, change] as const)),
  )("the bootstrap of PostgreSQL %d %s, statement by statement", (version, _name, change) => {
    const statements = statementsOf(postgresBootstrap({ ...plain, version, ...change }));
    expect(statements.length).toBeGreaterThan(8);
    expect(statements.flatMap(grammarFindings)).toEqual([]);
  });
});

/** A script cut where a statement ends. */
function statementsOf(script: string): string[] {
  const statements = [""];
  for (const { kind, text } of segments(script)) {
    const [first = "", ...others] = kind === "bare" ? text.split(";") : [text];
    statements.push(`${statements.pop() ?? ""}${first}`, ...others);
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== "");
}
