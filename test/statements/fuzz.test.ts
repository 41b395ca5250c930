import fc from "fast-check";
import { parseSync } from "libpg-query";
import { type Duration, isDuration, parseDuration } from "../../constructs/core/duration";
import { LeaseholdError } from "../../constructs/core/errors";
import { requireName } from "../../constructs/core/names";
import { checkRotation, checkStatements, requireSoundStatements } from "../../constructs/database/statements/check";
import {
  postgresBootstrap,
  type PostgresBootstrapOptions,
} from "../../constructs/database/statements/postgres-bootstrap";
import { loadPostgresGrammar } from "../../constructs/database/statements/postgres-grammar";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { tablePrivileges } from "../../constructs/database/statements/statement-set";
import { requireUsernameTemplate } from "../../constructs/database/statements/username-template";

/*
 * What random and hostile input can and can't do. Whatever is accepted is read again by PostgreSQL's own parser, which knows
 * nothing of how the library quotes. fast-check prints the seed of a failure.
 */

beforeAll(loadPostgresGrammar);

const fragments =
  `' '' " "" $$ $a$ $bootstrap$ $revoke$ -- /* */ ; \\ \\' E' U&" \n \r \0 \t ( ) , . % %I %s $1 \${ %{ {{ }} {{name}} {{ name }} ` +
  `{{username}} {{password}} {{expiration}} {{role}} "{{name}}" '{{password}}' a app_ro public pg_monitor none END end BEGIN DO ` +
  `SELECT 1 GRANT TO ON REVOKE ALTER ROLE SUPERUSER CREATEROLE DROP é 名 \u0000 \ud800 \u202e 😀 __proto__ constructor toString`;

/** Text made of all that opens, closes or means something, and of anything else. */
const hostile = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(" ", ...fragments.split(" ")) }, fc.string({ unit: "binary" })),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(""));

const tame = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/);

const name = fc.oneof(
  { weight: 16, arbitrary: tame },
  { weight: 1, arbitrary: hostile },
  {
    weight: 1,
    arbitrary: fc.constantFrom('a";--', "a'; DROP ROLE b; --", "a$bootstrap$; DROP ROLE b", "x".repeat(64), ""),
  },
);

const table = fc.oneof(
  { weight: 16, arbitrary: fc.stringMatching(/^(?:[a-z_][\w-]{0,9}\.)?[A-Za-z_][\w-]{0,9}$/) },
  { weight: 1, arbitrary: name },
);

/** What `make` gives, or the refusal, which must be one that a person can act on and name one of the fields. */
function madeOrRefused<T>(fields: readonly string[], make: () => T): T | undefined {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof LeaseholdError)) throw thrown;
    expect(thrown.where).not.toBe("");
    expect(thrown.remedy).not.toBe("");
    if (!fields.some((field) => thrown.message.includes(field))) throw thrown;
    return undefined;
  }
}

interface Statement {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function parsed(sql: string): Statement[] {
  const { stmts = [] } = parseSync(sql) as { stmts?: { stmt: Record<string, Record<string, unknown>> }[] };
  return stmts.map(({ stmt }) => {
    const [[kind, fields] = ["", {}]] = Object.entries(stmt);
    return { kind, fields };
  });
}

const kindsOf = (sql: string): string[] => parsed(sql).map(({ kind }) => kind);

/** Every text under one of the keys, wherever it stands in a parse tree. */
function textsUnder(tree: unknown, keys: readonly string[]): string[] {
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? (keys.includes(key) ? [value] : []) : textsUnder(value, keys),
  );
}

describe("names and TTLs", () => {
  it("are taken as they stand or refused by field", () => {
    fc.assert(
      fc.property(fc.oneof(name, hostile), (text) => {
        const taken = madeOrRefused(["theField"], () => requireName("dev", "theField", text));
        expect(taken === undefined || taken === text).toBe(true);
        // Whatever is a name is one identifier when quoted, and one word when not.
        if (taken !== undefined) expect(taken).toMatch(/^[\w.-]{1,63}$/);
      }),
      { numRuns: 1000 },
    );
  });

  it("are seconds or refused by field", () => {
    const ttl = fc.oneof(
      fc
        .tuple(fc.oneof(fc.integer(), fc.double()), fc.constantFrom("s", "m", "h", "d", "w", "", "S", " h"))
        .map((each) => each.join("")),
      hostile,
      fc.constantFrom("00h", "1h ", "+1h", "1e3s", "0x1s", "9".repeat(400) + "s", "１h"),
    );
    fc.assert(
      fc.property(ttl, (text) => {
        const seconds = madeOrRefused(["theTtl"], () => parseDuration("dev", "theTtl", text as Duration));
        expect(isDuration(text)).toBe(seconds !== undefined);
        if (seconds !== undefined) expect(Number.isSafeInteger(seconds) && seconds > 0).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("statements of any text", () => {
  const list = fc.array(hostile, { maxLength: 2 });
  const lists = fc.record({ creation: list, revocation: list, renewal: list });

  it("crash nothing, and are refused by list and item", () => {
    fc.assert(
      fc.property(lists, (given) => {
        const set = PostgresStatements.custom(given);
        for (const { field } of checkStatements(set)) {
          expect(field).toMatch(/^(?:creation|revocation|renewal)(?:\[\d\])?$/);
        }
        madeOrRefused(["statements.creation", "statements.revocation", "statements.renewal"], () =>
          requireSoundStatements("dev", set),
        );
        checkRotation("postgresql", given.creation);
      }),
      { numRuns: 1000 },
    );
  });

  it("pass alone when the name stands in quotes of its own: another name makes no other statement of them", () => {
    const statement = fc
      .tuple(fc.constantFrom('GRANT app_ro TO "{{name}}"', "SELECT '{{name}}'", "SELECT 1"), hostile, fc.nat())
      .map(([sql, extra, at]) => `${sql.slice(0, at % (sql.length + 1))}${extra}${sql.slice(at % (sql.length + 1))}`);
    fc.assert(
      fc.property(statement, (text) => {
        if (findingsOf(text).length > 0) return;
        const named = (as: string) => kindsOf(text.replaceAll(/\{\{(?:user)?name\}\}/g, as));
        expect(named("v-app-1f-2")).toEqual(named("app"));
      }),
      { numRuns: 1000 },
    );
  });
});

const findingsOf = (text: string) => checkStatements(PostgresStatements.custom({ creation: [createUser, text] }));
const createUser = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;

describe("a statement that a user must not be made by", () => {
  const gap = fc
    .array(fc.constantFrom(" ", "\n", "\t", "/**/", "/* ' */", '/* /* " */ */', "-- '\n", "\r\n"), {
      minLength: 1,
      maxLength: 3,
    })
    .map((pieces) => pieces.join(""));
  const user = fc.constantFrom('"{{name}}"', '"{{username}}"', 'app_ro, "{{name}}"', '"{{name}}", app_ro');
  /** The words with anything between them that PostgreSQL takes for a blank, in any case. */
  const written = (words: string, to: fc.Arbitrary<string> = user) =>
    fc.tuple(gap, fc.mixedCase(fc.constant(words)), to, gap).map(([between, text, whom, end]) => {
      const [before = "", after = ""] = text.split("?");
      return `${before.trim().replaceAll(" ", between)}${between}${whom}${after.replaceAll(" ", between)}${end}`;
    });

  const around = fc.constantFrom(
    (sql: string) => sql,
    (sql: string) => `${sql};`,
    (sql: string) => `SELECT 1; ${sql}`,
  );

  it.each([
    ["a privilege on a table", "grant select on orders to ?", "grants on an object"],
    ["a privilege on all tables", "grant select, insert on all tables in schema public to ?", "grants on an object"],
    ["default privileges", "alter default privileges in schema public grant select on tables to ?", "alters default"],
    ["what it makes", "alter default privileges for role ? grant select on tables to app_ro", "alters default"],
    ["a membership to pass on", "grant app_ro to ? with admin option", "pass on what it has"],
    ["a membership to pass on, from 16 on", "grant app_ro to ? with inherit true, admin true", "pass on what it has"],
    ["a superuser", "alter role ? with superuser", "SUPERUSER"],
    ["replication", "alter role ? replication connection limit 2", "REPLICATION"],
  ])("is refused however it is written: %s", (_what, words, problem) => {
    const one = fc.constantFrom('"{{name}}"', '"{{username}}"');
    const statement = written(words, words.startsWith("alter role") ? one : user);
    fc.assert(
      fc.property(statement, around, (sql, put) => {
        expect(kindsOf(sql)).toHaveLength(1); // the test itself writes SQL
        expect(findingsOf(put(sql)).map((each) => each.problem)).toContainEqual(expect.stringContaining(problem));
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ["a membership", "grant app_ro to ?"],
    ["an attribute", "alter role ? nosuperuser noreplication"],
  ])("is not %s, however it is written", (_what, words) => {
    const statement = written(words, fc.constant('"{{name}}"'));
    fc.assert(
      fc.property(statement, around, (sql, put) => {
        expect(findingsOf(put(sql))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe("the presets, of any names", () => {
  const options = fc.record(
    { ownerRole: name, connectionLimit: fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.double()) },
    { requiredKeys: [] },
  );
  const fields = ["group", "groups", "ownerRole", "connectionLimit", "schema", "table"];
  const preset = fc
    .tuple(
      fc.array(name, { minLength: 1, maxLength: 3 }),
      fc.array(table, { maxLength: 3 }),
      options,
      fc.constantFrom("memberOf", "readOnly", "readWrite", "reporting", "onTables", "migrator", "superuser"),
    )
    .map(([names, tables, given, factory]) => () => {
      const group = { group: names[0] ?? "", ...given };
      switch (factory) {
        case "memberOf":
          return PostgresStatements.memberOf(names, given);
        case "readOnly":
        case "readWrite":
          return PostgresStatements[factory]({ ...group, schemas: names });
        case "reporting":
          return PostgresStatements.reporting({ ...group, tables });
        case "onTables":
          return PostgresStatements.onTables({
            ...group,
            tables: Object.fromEntries(tables.map((each) => [each, ["SELECT"]])),
          });
        case "migrator":
          return PostgresStatements.migrator(given);
        default:
          return PostgresStatements.superuser({ reason: names.join() || "why", ...given });
      }
    });

  it("make one user and revoke it in one block, or are refused by field", () => {
    let made = 0; // a test in which all is refused would say nothing
    fc.assert(
      fc.property(preset, (make) => {
        const statements = madeOrRefused([...fields, "reason"], make);
        if (statements === undefined) return;
        made += 1;
        expect(checkStatements(statements)).toEqual([]);
        const [create = "", ...others] = statements.creation;
        expect(kindsOf(create)).toEqual(["CreateRoleStmt"]);
        expect(others.flatMap(kindsOf)).toEqual(others.map(() => "AlterRoleSetStmt"));
        expect(statements.revocation.flatMap(kindsOf)).toEqual(["DoStmt"]);
        const roles = textsUnder(parsed(create), ["rolename", "role"]);
        expect(roles.filter((role) => role !== "{{name}}" && !statements.groups.includes(role))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(made).toBeGreaterThan(50);
  });
});

describe("the bootstrap, of any names", () => {
  const privileges = fc.oneof(
    { weight: 16, arbitrary: fc.subarray([...tablePrivileges], { minLength: 1 }) },
    fc.constant([]),
  );
  const access = fc.oneof(
    fc.constantFrom("read-only" as const, "read-write" as const),
    fc.record(
      {
        schemas: fc.dictionary(name, privileges, { maxKeys: 2 }),
        tables: fc.dictionary(table, privileges, { maxKeys: 2 }),
      },
      { requiredKeys: [] },
    ),
  );
  const options: fc.Arbitrary<PostgresBootstrapOptions> = fc.record(
    {
      database: name,
      version: fc.oneof({ weight: 16, arbitrary: fc.integer({ min: 14, max: 18 }) }, fc.double()),
      adminUsername: name,
      ownerRole: name,
      groups: fc.dictionary(name, access, { maxKeys: 3 }),
      schemas: fc.array(name, { maxLength: 2 }),
      staticUsers: fc.array(name, { maxLength: 2 }),
      superuserAdmin: hostile,
    },
    { requiredKeys: ["database", "version", "adminUsername", "ownerRole", "groups", "schemas"] },
  );
  const fields = [
    "database",
    "version",
    "adminUsername",
    "ownerRole",
    "groups",
    "schema",
    "table",
    "staticUsers",
    "role name",
  ];

  /** The same options with every name made short and plain, the same for the same. */
  function tamed(given: PostgresBootstrapOptions): PostgresBootstrapOptions {
    const plain = new Map<string, string>();
    const as = (text: string) => plain.get(text) ?? (plain.set(text, `n${plain.size}`), `n${plain.size - 1}`);
    const keys = <T>(
      held: Readonly<Record<string, T>>,
      to: (key: string) => string,
      value: (each: T) => T = (each) => each,
    ) => Object.fromEntries(Object.entries(held).map(([key, each]) => [to(key), value(each)]));
    const asTable = (text: string) => {
      const dot = text.indexOf(".");
      return dot < 0
        ? `t_${as(`.${text}`)}`
        : `${text.startsWith("public.") ? "public" : as(text.slice(0, dot))}.t_${as(text.slice(dot))}`;
    };
    const schema = (text: string) => (text === "public" ? text : as(text));
    return {
      ...given,
      database: as(given.database),
      adminUsername: as(given.adminUsername),
      ownerRole: as(given.ownerRole),
      schemas: given.schemas.map(schema),
      staticUsers: (given.staticUsers ?? []).map(as),
      groups: keys(given.groups, as, (each) =>
        typeof each === "string"
          ? each
          : { schemas: keys(each.schemas ?? {}, schema), tables: keys(each.tables ?? {}, asTable) },
      ),
    };
  }

  it("is the script that it is with plain names, or is refused by field", () => {
    let made = 0;
    fc.assert(
      fc.property(options, (given) => {
        const script = madeOrRefused(fields, () => postgresBootstrap(given));
        if (script === undefined) return;
        made += 1;
        const statements = parsed(script);
        expect(statements.map(({ kind }) => kind)).toEqual(kindsOf(postgresBootstrap(tamed(given))));
        const transaction = statements.filter(({ kind }) => kind === "TransactionStmt");
        expect(transaction.map(({ fields: { kind } }) => kind)).toEqual(["TRANS_STMT_BEGIN", "TRANS_STMT_COMMIT"]);
        const known = [given.adminUsername, given.ownerRole, "pg_signal_backend", ...Object.keys(given.groups)];
        const named = textsUnder(statements, ["rolename", "priv_name"]).filter((text) => !/^[a-z]+$/.test(text));
        expect(named.filter((text) => !known.includes(text))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(made).toBeGreaterThan(50);
  });
});

describe("username templates of any text", () => {
  const pieces = fc.constantFrom(
    ..."{{ }} | ( ) \" ' ` $ $x := . .RoleName .DisplayName sha256 truncate random uuid unix_time printf 8 20 63 64 ; -- with end".split(
      " ",
    ),
    '"v-%s-%s"',
    "(.DisplayName | sha256 | truncate 8)",
    "(random 20)",
    "| truncate 63 }}",
  );
  const template = fc.oneof(
    fc.array(pieces, { maxLength: 10 }).map((each) => each.join(" ")),
    fc
      .array(pieces, { maxLength: 4 })
      .map((each) => `{{ printf "v-%s-%s" (random 20) ${each.join(" ")} | truncate 63 }}`),
    fc.tuple(hostile, hostile).map(([before, after]) => `${before}{{ random 20 ${after} | truncate 63 }}`),
  );

  it("are taken as they stand or refused by field", () => {
    let made = 0;
    fc.assert(
      fc.property(template, (text) => {
        const taken = madeOrRefused(["usernameTemplate"], () => requireUsernameTemplate("dev", text, 63));
        if (taken === undefined) return;
        made += 1;
        expect(taken).toBe(text);
        expect(taken).toMatch(/^\{\{[^{}]*\| *truncate +\d+ *\}\}$/);
        expect(taken).not.toMatch(/[$%]\{|\.DisplayName(?! *\| *sha256)/);
        for (const quoted of taken.match(/"[^"]*"|`[^`]*`/g) ?? []) expect(quoted).toMatch(/^.[\w.%-]*.$/);
      }),
      { numRuns: 1000 },
    );
    expect(made).toBeGreaterThan(50);
  });
});
