import { checkStatements } from "../../constructs/database/statements/check";
import { MongoDbStatements } from "../../constructs/database/statements/mongodb-statements";
import { MySqlStatements } from "../../constructs/database/statements/mysql-statements";
import { loadPostgresGrammar } from "../../constructs/database/statements/postgres-grammar";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import type { StatementSet } from "../../constructs/database/statements/statement-set";

const create = `CREATE ROLE "{{name}}" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;
const drop = `DROP ROLE IF EXISTS "{{name}}";`;
const revokeAll = `REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA public FROM "{{name}}";`;

const postgres = (creation: string, revocation?: string) =>
  PostgresStatements.custom({
    creation: [creation],
    ...(revocation === undefined ? {} : { revocation: revocation === "" ? [] : [revocation] }),
  });

beforeAll(loadPostgresGrammar);

/** Statements as many guides have them; docs/statements.md says what becomes of each on a real server. */
describe("statements as they are often written", () => {
  it.each<[string, StatementSet, RegExp]>([
    [
      "readonly",
      postgres(`${create}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{{name}}";`),
      /grants on an object/,
    ],
    [
      "readwrite",
      postgres(
        `${create}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{{name}}"; ` +
          `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{{name}}";`,
        `${revokeAll} ${drop}`,
      ),
      /grants on an object/,
    ],
    [
      "reporting",
      postgres(`${create}; GRANT SELECT ON TABLE reports, analytics TO "{{name}}";`),
      /grants on an object/,
    ],
    ["user-service", postgres(`${create}; GRANT SELECT, INSERT, UPDATE ON TABLE users TO "{{name}}";`), /grants on/],
    [
      "delphi-readonly",
      postgres(
        `${create}; GRANT CONNECT ON DATABASE delphi TO "{{name}}"; GRANT USAGE ON SCHEMA public TO "{{name}}"; ` +
          `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "{{name}}";`,
      ),
      /alters default privileges for \{\{name\}\}/,
    ],
    ["admin", postgres(`${create} SUPERUSER;`), /gives the user SUPERUSER/],
    [
      "mysql-readonly",
      MySqlStatements.custom({
        creation: [
          `CREATE USER '{{name}}'@'%' IDENTIFIED BY '{{password}}'; GRANT SELECT ON myapp.* TO '{{name}}'@'%';`,
        ],
        revocation: [`REVOKE ALL PRIVILEGES, GRANT OPTION FROM '{{name}}'@'%'; DROP USER '{{name}}'@'%';`],
      }),
      /can log in before the rest has run/,
    ],
    [
      "MongoDB documents of two databases (T13)",
      MongoDbStatements.custom({
        creation: [`{"db": "app", "roles": [{"role": "read"}]}`],
        revocation: [`{"db": "admin"}`],
      }),
      /database/,
    ],
  ])("are refused: %s", (_, set, problem) => {
    expect(
      checkStatements(set)
        .map((finding) => `${finding.field} ${finding.problem}`)
        .join("\n"),
    ).toMatch(problem);
  });

  it("T8: are refused without a revocation, and the presets have one of their own", () => {
    expect(checkStatements(postgres(create, ""))).toContainEqual(expect.objectContaining({ field: "revocation" }));
    const presets: StatementSet[] = [
      PostgresStatements.memberOf("app_ro"),
      PostgresStatements.migrator(),
      MySqlStatements.readOnly({ databases: ["shop"] }),
      MongoDbStatements.readOnly({ databases: ["logs"] }),
    ];
    for (const preset of presets) {
      expect(preset.revocation.length).toBeGreaterThan(0);
      expect(checkStatements(preset)).toEqual([]);
    }
  });

  it("are sound as members of a group role (app-readonly, app-writer)", () => {
    const set = PostgresStatements.custom({ creation: [`${create} IN ROLE readonly;`], groups: ["readonly"] });
    expect(checkStatements(set)).toEqual([]);
  });
});
