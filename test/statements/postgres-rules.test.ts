import { checkRotation, checkStatements } from "../../constructs/database/statements/check";
import type { StatementSet } from "../../constructs/database/statements/statement-set";

const createUser = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;

const sound: StatementSet = {
  dialect: "postgresql",
  creation: [createUser],
  revocation: [`DROP ROLE IF EXISTS "{{name}}"`],
  renewal: [],
  groups: [],
  definedGroups: {},
  access: {},
};

/** What is said against the sound set with a change, a line each. */
const findingsWith = (change: Partial<StatementSet>): string[] =>
  checkStatements({ ...sound, ...change }).map(({ field, problem, remedy }) => `${field} ${problem}: ${remedy}`);

/** What is said against one more statement in the creation. */
const findingsOf = (item: string, change: Partial<StatementSet> = {}): string[] =>
  findingsWith({ creation: [createUser, item], ...change });

const defaultPrivileges =
  "creation[1] alters default privileges for {{name}}: the user could never be dropped, so its revocation would fail for ever: " +
  "set default privileges for a group role in the bootstrap and make the user its member";
const directGrant =
  "creation[1] grants on an object to {{name}} itself: each user adds to the object's ACL until PostgreSQL fails near 2,440 of " +
  "them: grant to a group role in the bootstrap and use PostgresStatements.memberOf";
const unquoted =
  "creation[1] holds {{name}} without quotes: a hyphen in the name breaks the statement, and a hostile one escapes it: " +
  `write "{{name}}" where an identifier stands, or '{{name}}' inside a DO block that formats it with %I`;
const cutIn = (place: string): string =>
  `creation[1] has a ";" inside ${place}, where Vault would cut the statement in two: ` +
  "end the block with upper-case END, which makes Vault keep the item whole, or do without the semicolon";
const superuser = "creation[1] gives the user SUPERUSER: use a group role, or waive it with superuserReason";

describe("a set as a whole", () => {
  it("is sound when it makes an expiring user and drops it", () => {
    expect(findingsWith({})).toEqual([]);
  });

  it("must make a user", () => {
    expect(findingsWith({ creation: [] })).toEqual([
      "creation is empty: no user would be made: give at least one statement",
    ]);
  });

  it.each([
    ["{{name}}", createUser.replace("{{name}}", "app"), ""],
    ["{{password}}", createUser.replace("{{password}}", "secret"), ""],
    ["{{expiration}}", createUser.replace(/ VALID.*/, ""), ": a user that Vault fails to revoke would live for ever"],
  ])("must use %s in its creation", (placeholder, item, why) => {
    expect(findingsWith({ creation: [item] })).toEqual([
      `creation lacks ${placeholder}${why}: ` +
        `write it, as in CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`,
    ]);
  });

  it("may spread the placeholders over items, and call the name {{username}}", () => {
    const creation = [
      `CREATE ROLE "{{username}}" LOGIN PASSWORD '{{password}}'`,
      `ALTER ROLE "{{username}}" VALID UNTIL '{{expiration}}'`,
    ];
    expect(findingsWith({ creation, revocation: [`DROP ROLE "{{username}}"`] })).toEqual([]);
  });

  it("must have a revocation", () => {
    expect(findingsWith({ revocation: [] })).toEqual([
      "revocation is empty: the plug-in's default fails for users that own objects or have sessions: " +
        "leave `revocation` out of PostgresStatements.custom to get the proven one",
    ]);
  });

  it("must name the user in its revocation", () => {
    expect(findingsWith({ revocation: ["DROP ROLE app"] })).toEqual([
      "revocation lacks {{name}}: it could not know whom to revoke: name the user",
    ]);
  });
});

describe("an item", () => {
  it.each(["", "  \n", ";", "-- nothing yet", "/* nothing */ ;"])("must hold a statement, not %j", (item) => {
    const remedy = "is empty: remove the item or write the statement";
    expect(findingsOf(item)).toEqual([`creation[1] ${remedy}`]);
    expect(findingsWith({ revocation: [...sound.revocation, item] })).toEqual([`revocation[1] ${remedy}`]);
    expect(findingsWith({ renewal: [item] })).toEqual([`renewal[0] ${remedy}`]);
  });
});

describe("the name in an item", () => {
  it.each([
    ["as an identifier", 'GRANT app_ro TO "{{name}}"'],
    ["in a literal", "SELECT set_config('app.user', '{{name}}', true)"],
    ["in a comment", "SELECT 1 -- for {{name}}"],
    ["in a literal of a block", "DO $$ BEGIN EXECUTE format('GRANT app_ro TO %I', '{{name}}'); END $$"],
    ["as an identifier of a block", 'DO $x$ BEGIN GRANT app_ro TO "{{name}}"; END $x$'],
  ])("may stand %s", (_where, item) => {
    expect(findingsOf(item)).toEqual([]);
  });

  it.each([
    ["bare", "GRANT app_ro TO {{name}}"],
    ["bare under its other name", "GRANT app_ro TO {{username}}"],
    ["bare in a block", "DO $$ BEGIN GRANT app_ro TO {{name}}; END $$"],
    ["bare in a block within a block", "DO $a$ BEGIN EXECUTE $b$GRANT app_ro TO {{name}}$b$; END $a$"],
    ["bare in a tagged block", "DO $do$ BEGIN GRANT app_ro TO {{name}}; END $do$"],
    ["after a literal has ended", "SELECT 'it''s', {{name}}"],
  ])("may not stand %s", (_where, item) => {
    expect(findingsOf(item)).toEqual([unquoted]);
  });
});

describe("default privileges", () => {
  it.each([
    ["to the user", 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "{{name}}"'],
    [
      "to the user, with a semicolon",
      'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "{{name}}";',
    ],
    ["in lower case", 'alter default privileges grant select on tables to "{{name}}"'],
    ["over lines", 'ALTER DEFAULT\n  PRIVILEGES\nGRANT SELECT ON TABLES\nTO   "{{name}}"'],
    ["of what the user makes", 'ALTER DEFAULT PRIVILEGES FOR ROLE "{{name}}" GRANT SELECT ON TABLES TO app_ro'],
    [
      "of what the user makes, said the old way",
      'ALTER DEFAULT PRIVILEGES FOR USER "{{name}}" GRANT SELECT ON TABLES TO x',
    ],
    ["to the user under its other name", 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "{{username}}"'],
    ["to the user among others", 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_ro, "{{name}}"'],
  ])("may not be altered %s", (_what, item) => {
    expect(findingsOf(item)).toEqual([defaultPrivileges]);
  });

  it("may be altered for a group role", () => {
    expect(findingsOf("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app_ro")).toEqual([]);
  });

  it("may be altered for a group role beside a statement that makes the user its member", () => {
    expect(findingsOf('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_ro; GRANT app_ro TO "{{name}}"')).toEqual(
      [],
    );
  });
});

describe("a direct grant", () => {
  it.each([
    ["on all tables", 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{{name}}"'],
    ["with a semicolon", 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{{name}}";'],
    ["on one table", 'GRANT SELECT, INSERT ON orders TO "{{name}}"'],
    ["on a schema, in lower case", 'grant usage on schema public to "{{name}}"'],
    ["on a database, over lines", 'GRANT CONNECT\nON DATABASE orders -- why\nTO "{{name}}"'],
    ["after another statement", 'GRANT app_ro TO "{{name}}"; GRANT SELECT ON orders TO "{{name}}"'],
    ["to the name's alias", 'GRANT SELECT ON orders TO "{{username}}"'],
    ["to the user among others", 'GRANT SELECT ON orders TO app_ro, "{{name}}"'],
    ["with a comment for a space", 'GRANT SELECT ON orders TO/**/"{{name}}"'],
    ["with no space before the name", 'GRANT SELECT ON orders TO"{{name}}"'],
    [
      "before default privileges of a group",
      'GRANT SELECT ON a TO "{{name}}"; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO b',
    ],
    ["with default privileges in a comment", 'GRANT SELECT ON a TO "{{name}}" -- no ALTER DEFAULT PRIVILEGES'],
  ])("is refused %s", (_what, item) => {
    expect(findingsOf(item)).toEqual([directGrant]);
  });

  it.each([
    ["a membership", 'GRANT app_ro TO "{{name}}"'],
    ["a grant to a group", "GRANT SELECT ON orders TO app_ro"],
    ["a grant to a group, then a membership", 'GRANT SELECT ON orders TO app_ro; GRANT app_ro TO "{{name}}"'],
    ["a grant in a comment", 'SELECT 1 -- never GRANT SELECT ON orders TO "{{name}}"'],
  ])("is not %s", (_what, item) => {
    expect(findingsOf(item)).toEqual([]);
  });
});

describe("a semicolon", () => {
  it.each([
    ["quotes", "COMMENT ON SCHEMA public IS 'a; b'"],
    ["quotes", 'GRANT "a;b" TO "{{name}}"'],
    ["quotes", "COMMENT ON SCHEMA public IS 'PENDING; b'"],
    ["quotes", "COMMENT ON SCHEMA public IS 'THE END; b'"],
    ["a comment", "SELECT 1 -- one; two"],
    ["a comment", "/* one; two */ SELECT 1"],
    ["a block", "DO $$ begin perform 1; end $$"],
    ["a block", "DO $$ BEGIN PERFORM 1; End $$"],
    ["quotes", "DO 'begin perform 1; end'"],
  ])("is refused inside %s: %s", (place, item) => {
    expect(findingsOf(item)).toEqual([cutIn(place)]);
  });

  it.each([
    ["between statements", "SELECT 1; SELECT 2;"],
    ["at the end, behind a comment", "SELECT 1 -- one\n;"],
    ["in a comment of a block that Vault keeps whole", "DO $$ BEGIN PERFORM 1; END $$ -- one; two"],
    ["in a block with upper-case END", "DO $$ BEGIN PERFORM 1; END $$"],
    ["in a block with upper-case END and a semicolon after it", "DO $$ BEGIN PERFORM 1; END; $$;"],
  ])("may stand %s", (_where, item) => {
    expect(findingsOf(item)).toEqual([]);
  });

  it("cuts a revocation in two, too", () => {
    const [finding] = findingsWith({ revocation: [`DO $$ begin EXECUTE format('DROP ROLE %I', '{{name}}'); end $$`] });
    expect(finding).toContain('revocation[0] has a ";" inside a block');
  });
});

describe("attributes that reach beyond a database", () => {
  it.each(["CREATEROLE", "BYPASSRLS", "REPLICATION"])("such as %s are refused, whatever the reason", (attribute) => {
    const finding = `creation[1] gives the user ${attribute}: use a group role: ${attribute} reaches beyond one database`;
    const item = `ALTER ROLE "{{name}}" ${attribute}`;
    expect(findingsOf(item)).toEqual([finding]);
    expect(findingsOf(item.toLowerCase(), { superuserReason: "Restores dumps" })).toEqual([finding]);
  });

  it.each(['ALTER ROLE "{{name}}" SUPERUSER', 'alter role "{{name}}" with superuser'])("refuse %s", (item) => {
    expect(findingsOf(item)).toEqual([superuser]);
  });

  it("allow SUPERUSER for a reason", () => {
    expect(findingsOf('ALTER ROLE "{{name}}" SUPERUSER', { superuserReason: "Restores dumps" })).toEqual([]);
  });

  it.each(["", "  "])("do not take %j for a reason", (superuserReason) => {
    expect(findingsOf('ALTER ROLE "{{name}}" SUPERUSER', { superuserReason })).toEqual([superuser]);
  });

  it("are refused beside a SUPERUSER that has a reason", () => {
    expect(findingsOf('ALTER ROLE "{{name}}" SUPERUSER CREATEROLE', { superuserReason: "Restores dumps" })).toEqual([
      "creation[1] gives the user CREATEROLE: use a group role: CREATEROLE reaches beyond one database",
    ]);
  });

  it("are refused inside a block, which runs as well", () => {
    expect(findingsOf('DO $$ BEGIN ALTER ROLE "{{name}}" SUPERUSER; END $$')).toEqual([superuser]);
  });

  it.each([
    ["in a block within a block", 'DO $a$ BEGIN EXECUTE $b$ALTER ROLE "{{name}}" SUPERUSER$b$; END $a$'],
    ["in what a block puts together", "DO $$ BEGIN EXECUTE format('ALTER ROLE %I SUPERUSER', '{{name}}'); END $$"],
  ])("are refused %s, which runs as well", (_where, item) => {
    expect(findingsOf(item)).toEqual([superuser]);
  });

  it("are refused behind a comment within a comment", () => {
    expect(findingsOf(`/* /* */ ' */ ALTER ROLE "{{name}}" SUPERUSER -- '`)).toEqual([superuser]);
  });

  it.each([
    ["taken away", 'ALTER ROLE "{{name}}" NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION'],
    ["in a literal", `COMMENT ON ROLE "{{name}}" IS 'no SUPERUSER'`],
    ["in a quoted identifier", 'GRANT "SUPERUSER" TO "{{name}}"'],
    ["in a line comment", "SELECT 1 -- SUPERUSER would be too much"],
    ["in a block comment", "/* SUPERUSER */ SELECT 1"],
    ["part of a longer word", "GRANT rds_superuser_light TO app_ro"],
  ])("pass when they are %s", (_where, item) => {
    expect(findingsOf(item)).toEqual([]);
  });
});

describe("a DO block", () => {
  const mixes =
    "creation[1] mixes a DO block with other statements: Vault sends them to the server as one, or cuts the block in pieces: " +
    "make each statement an item of its own";
  const block = "DO $$ BEGIN PERFORM 1; END $$";

  it.each([
    ["after another statement", `SELECT 1; ${block}`],
    ["before another statement", `${block}; SELECT 1;`],
    ["beside another block", `${block};\n${block}`],
    ["behind a comment", `SELECT 1; /* then */ ${block}`],
    ["in lower case", `SELECT 1; ${block.replace("DO", "do")}`],
  ])("is refused %s in one item", (_where, item) => {
    expect(findingsOf(item)).toEqual([mixes]);
  });

  it.each([
    ["alone", block],
    ["with a semicolon after it", `${block} ; `],
    ["with a comment that has a semicolon", `-- first; then\n${block}`],
    ["in an item of its own", `${block};`],
    ["of a word that only begins so", "SELECT 1; SELECT 2"],
    ["with a semicolon in a literal", "DO $$ BEGIN PERFORM ';'; END $$"],
  ])("passes %s", (_where, item) => {
    expect(findingsOf(item)).toEqual([]);
  });
});

describe("what the user has", () => {
  const passesOn =
    "creation[1] lets the user pass on what it has: whoever got it so would keep it, and hold up the user's revocation: " +
    "grant without WITH GRANT OPTION and WITH ADMIN OPTION";

  it.each([
    ["a membership", 'GRANT app_ro TO "{{name}}" WITH ADMIN OPTION'],
    ["a membership, said as from 16 on", 'GRANT app_ro TO "{{name}}" WITH ADMIN TRUE'],
    ["a membership, among other options", 'GRANT app_ro TO "{{name}}" WITH INHERIT TRUE, ADMIN TRUE'],
    ["a membership, in lower case and over lines", 'grant app_ro to "{{username}}"\n  with admin option'],
    ["a membership, beside another user", 'GRANT app_ro TO app_owner, "{{name}}" WITH ADMIN OPTION'],
  ])("is not to be passed on: %s", (_what, item) => {
    expect(findingsOf(item)).toEqual([passesOn]);
  });

  it("is not to be passed on: a privilege, which is refused for itself too", () => {
    expect(findingsOf('GRANT SELECT ON orders TO "{{name}}" WITH GRANT OPTION')).toEqual([directGrant, passesOn]);
  });

  it.each([
    ["a membership without it", 'GRANT app_ro TO "{{name}}"'],
    ["a membership with it taken away", 'GRANT app_ro TO "{{name}}" WITH ADMIN FALSE'],
    ["a group's, which the bootstrap answers for", "GRANT app_ro TO app_owner WITH ADMIN OPTION"],
    ["the user itself, for the owner role to have", 'GRANT "{{name}}" TO app_owner WITH ADMIN OPTION'],
    ["a comment", 'GRANT app_ro TO "{{name}}" -- never WITH ADMIN OPTION'],
  ])("may be %s", (_what, item) => {
    expect(findingsOf(item)).toEqual([]);
  });
});

describe("a renewal", () => {
  it.each(["DO $$ BEGIN PERFORM 1; END $$", "-- why\ndo $$ BEGIN PERFORM 1; END $$"])(
    "can't be a block: %j",
    (item) => {
      expect(findingsWith({ renewal: [item] })).toEqual([
        expect.stringMatching(
          /^renewal\[0\] holds a DO block: .*: move the block into a function of the database and call that$/,
        ),
      ]);
    },
  );

  it("may call a function", () => {
    expect(findingsWith({ renewal: [`SELECT renew_user('{{name}}', '{{expiration}}')`] })).toEqual([]);
  });
});

describe("a rotation", () => {
  const change = `ALTER ROLE "{{name}}" PASSWORD '{{password}}'`;

  it("can't be a block", () => {
    expect(checkRotation("postgresql", [change, "DO $$ BEGIN PERFORM 1; END $$"])).toEqual([
      {
        field: "[1]",
        kind: "block",
        problem: 'holds a DO block: servers before Vault 1.21 split rotation statements at ";", blocks too',
        remedy: "move the block into a function of the database and call that",
      },
    ]);
  });

  it("may call a function", () => {
    expect(checkRotation("postgresql", ["SELECT rotate_user('{{name}}', '{{password}}')"])).toEqual([]);
  });
});
