import { checkRotation, checkStatements } from "../../constructs/database/statements/check";
import { MariaDbStatements, MySqlStatements } from "../../constructs/database/statements/mysql-statements";
import type { StatementSet } from "../../constructs/database/statements/statement-set";

const [create, unlock] = [
  "CREATE USER '{{name}}'@'%' IDENTIFIED BY '{{password}}' PASSWORD EXPIRE INTERVAL 2 DAY ACCOUNT LOCK",
  "ALTER USER '{{name}}'@'%' ACCOUNT UNLOCK",
];
const sound: Readonly<Record<"mysql" | "mariadb", StatementSet>> = {
  mysql: MySqlStatements.custom({ creation: [create, unlock] }),
  mariadb: MariaDbStatements.custom({ creation: [create, unlock] }),
};
type Product = keyof typeof sound;

const said = (set: StatementSet): string[] =>
  checkStatements(set).map(({ field, problem, remedy }) => `${field} ${problem}: ${remedy}`);

/** What is said against the sound set with a change, a line each. */
const findingsWith = (change: Partial<StatementSet>, product: Product = "mariadb") =>
  said({ ...sound[product], ...change });

/** What is said against one more statement in the creation. */
const findingsOf = (item: string, product?: Product) => findingsWith({ creation: [create, item, unlock] }, product);

describe("a set as a whole", () => {
  it.each<Product>(["mysql", "mariadb"])(
    "is sound for %s when it locks, unlocks, ends sessions and drops",
    (product) => {
      expect(findingsWith({}, product)).toEqual([]);
    },
  );

  it("must make a user with a name and a password", () => {
    expect(findingsWith({ creation: [] })).toEqual([
      "creation is empty: no user would be made: give at least one statement",
    ]);
    expect(findingsWith({ creation: [create.replace("{{password}}", "x"), unlock] })[0]).toContain(
      "creation lacks {{password}}",
    );
    expect(findingsWith({ creation: [create.replace("{{name}}", "x"), unlock.replace("{{name}}", "x")] })).toEqual(
      expect.arrayContaining([expect.stringContaining("creation lacks {{name}}")]),
    );
  });

  it("must have a revocation: the plug-in's knows no host and ends no session", () => {
    expect(findingsWith({ revocation: [] })).toEqual([
      "revocation is empty: the plug-in's default knows no host but '%', and lets the user's sessions go on: " +
        "leave `revocation` out of MariaDbStatements.custom to get the proven one",
    ]);
    expect(findingsWith({ revocation: [] }, "mysql")[0]).toContain("MySqlStatements.custom");
  });

  it("must end sessions, as its product does", () => {
    const revocation = ["DROP USER IF EXISTS '{{name}}'@'%'"];
    const problem = "revocation ends no sessions: those that are open go on as the user when it is gone: add";
    expect(findingsWith({ revocation })).toEqual([`${problem} KILL USER '{{name}}'@'%'`]);
    expect(findingsWith({ revocation }, "mysql")).toEqual([
      `${problem} CALL leasehold.end_sessions('{{name}}'), which the bootstrap makes`,
    ]);
  });

  it("must have a password that expires, in days", () => {
    const finding = [
      expect.stringContaining("creation lacks PASSWORD EXPIRE INTERVAL ... DAY: a user that Vault fails to revoke"),
    ];
    for (const other of ["PASSWORD EXPIRE NEVER", "PASSWORD EXPIRE DEFAULT", "-- PASSWORD EXPIRE INTERVAL 2 DAY\n"]) {
      const changed = create.replace("PASSWORD EXPIRE INTERVAL 2 DAY", other);
      expect(findingsWith({ creation: [changed, unlock] })).toEqual(finding);
    }
    const later = "ALTER USER '{{name}}'@'%' PASSWORD EXPIRE INTERVAL 9 DAY";
    const [first] = create.split(" PASSWORD EXPIRE");
    expect(findingsWith({ creation: [`${first} ACCOUNT LOCK`, later, unlock] })).toEqual([]);
  });

  it("must not be renewed: the plug-in would not run it", () => {
    expect(findingsWith({ renewal: ["ALTER USER '{{name}}'@'%' PASSWORD EXPIRE INTERVAL 3 DAY"] })).toEqual([
      "renewal is never run: the plug-in does nothing when a lease is renewed: leave it out",
    ]);
  });
});

describe("a user that can't be half-made", () => {
  const grant = "GRANT SELECT ON app.* TO '{{name}}'@'%'";
  const open = create.replace(" ACCOUNT LOCK", "");

  it("is locked until everything was granted", () => {
    expect(findingsOf(grant)).toEqual([]);
    expect(findingsWith({ creation: [`${create}; ${grant}; ${unlock}`] })).toEqual([]);
  });

  it("may be made unlocked by a statement that is alone", () => {
    expect(findingsWith({ creation: [open] })).toEqual([]);
  });

  it.each([[[open, grant]], [[`${open}; ${grant}`]], [[open, grant, unlock]]])(
    "is not %j, unlocked from the start",
    (creation) => {
      expect(findingsWith({ creation })).toEqual([
        "creation[0] makes a user that can log in before the rest has run: a statement that fails would leave it half-made: " +
          "make it with ACCOUNT LOCK, and end the creation with ALTER USER '{{name}}'@... ACCOUNT UNLOCK",
      ]);
    },
  );

  it("is not one that gets rights after it was unlocked", () => {
    expect(findingsWith({ creation: [create, unlock, grant] })).toEqual([
      "creation[2] runs after the user was unlocked: were it to fail, the user would be left half-made and able to log in: " +
        "move ALTER USER ... ACCOUNT UNLOCK to the end",
    ]);
  });

  it("is unlocked in the end", () => {
    expect(findingsWith({ creation: [create, grant] })).toEqual([
      "creation[0] makes a locked user that nothing unlocks: end the creation with ALTER USER '{{name}}'@... ACCOUNT UNLOCK",
    ]);
  });
});

describe("the host of the user", () => {
  it("is the same everywhere, however it is quoted, and '%' where it is left out", () => {
    const creation = [create.replace("'{{name}}'@'%'", "`{{name}}`@`%`"), unlock.replace("@'%'", "")];
    expect(findingsWith({ creation })).toEqual([]);
  });

  it("is not another in the revocation", () => {
    const revocation = ["KILL USER '{{name}}'@'%'", "DROP USER IF EXISTS '{{name}}'@'10.1.%'"];
    expect(findingsWith({ revocation })).toEqual([
      "revocation[1] names the user at '10.1.%', and creation[0] at '%': these are two users: " +
        "give the same host in all statements; without one it is '%'",
    ]);
    expect(
      findingsWith({ revocation: ["KILL USER '{{name}}'", "DROP USER IF EXISTS '{{name}}'@localhost"] })[0],
    ).toContain("revocation[1] names the user at 'localhost'");
  });

  it("is not left out in one place and given in another", () => {
    const creation = [create, unlock].map((each) => each.replace("@'%'", "@'10.1.%'"));
    const revocation = ["KILL USER '{{name}}'@'%'", "DROP USER IF EXISTS '{{name}}'"];
    expect(findingsWith({ creation, revocation })[0]).toContain(
      "revocation[1] names the user at '%', and creation[0] at '10.1.%'",
    );
  });

  it("is not that of KILL USER, which takes it to the letter", () => {
    const creation = [create, unlock].map((each) => each.replace("@'%'", "@'10.1.%'"));
    const drop = "DROP USER IF EXISTS '{{name}}'@'10.1.%'";
    for (const kill of [
      "KILL USER '{{name}}'@'%'",
      "KILL USER '{{name}}'",
      "KILL SOFT CONNECTION USER '{{name}}' @ '%'",
    ]) {
      expect(findingsWith({ creation, revocation: [kill, drop] })).toEqual([]);
    }
    expect(findingsWith({ creation, revocation: ["KILL USER '{{name}}'@'10.1.%'", drop] })).toEqual([
      "revocation[0] kills by a host that is not '%': MariaDB takes it to the letter, so that a pattern ends no session: " +
        "write KILL USER '{{name}}'@'%', whatever the account's host",
    ]);
  });
});

describe("a statement", () => {
  it.each(["", " ;; ", "-- nothing", "/* nothing */"])("is not empty: %j", (item) => {
    expect(findingsOf(item)).toEqual(["creation[1] is empty: remove the item or write the statement"]);
  });

  it.each(["{{name}}", "{{username}}", "{{password}}"])("has %s in quotes only", (placeholder) => {
    expect(findingsOf(`ALTER USER ${placeholder} ACCOUNT LOCK`)).toEqual([
      `creation[1] holds ${placeholder} without quotes: a hyphen in it breaks the statement, and a hostile one escapes it: ` +
        `write '${placeholder}'`,
    ]);
    for (const quote of ["'", '"', "`"]) {
      expect(findingsOf(`ALTER USER ${quote}${placeholder}${quote}@'%' ACCOUNT LOCK`)).toEqual([]);
    }
  });

  it.each(["CALL p('a;b')", 'CALL p("a;b")', "CALL `p;q`()", "CALL p() -- then; rest", "CALL p(/* a; b */)"])(
    "is not cut in two: %s",
    (item) => {
      expect(findingsOf(item)).toEqual([
        'creation[1] has a ";" inside quotes or a comment, where Vault would cut the statement in two: do without the semicolon',
      ]);
    },
  );

  it.each(["BEGIN NOT ATOMIC SELECT 1; END", "CREATE PROCEDURE p() BEGIN SELECT 1; END"])(
    "is not compound, which Vault would cut: %s",
    (item) => {
      expect(findingsOf(item)).toContain(
        'creation[1] holds a compound statement, which Vault would cut in pieces at every ";": ' +
          "put it into a procedure of the database and CALL that",
      );
    },
  );

  it.each(["/*!50000 GRANT ALL ON *.* TO '{{name}}' */", "CALL p() /*M! WITH x */"])(
    "is no comment that runs: %s",
    (item) => {
      expect(findingsOf(item).join()).toContain(
        "holds a comment that the server runs, /*! ... */, which no check reads",
      );
    },
  );

  it.each(["CREAT USER 'x'", "SELECT 1", "DROP DATABASE app", "GRANTS SELECT ON app.* TO 'x'"])(
    "is a known one, not %s",
    (item) => {
      expect(findingsOf(item)).toEqual([
        `creation[1] begins with ${JSON.stringify(item.split(" ").slice(0, 3).join(" "))}, which is no statement about users: ` +
          "use CREATE USER, ALTER USER, DROP USER, RENAME USER, GRANT, REVOKE, SET DEFAULT ROLE, SET PASSWORD, KILL, CALL, " +
          "INSERT INTO, DELETE FROM",
      ]);
    },
  );

  it("may be one of a note that is kept, in whatever case", () => {
    expect(findingsOf("insert into audit.users values ('{{name}}')")).toEqual([]);
  });

  it("holds nothing that Vault does not fill in", () => {
    expect(findingsOf("CALL p('{{role}}')")[0]).toContain(
      "creation[1] holds {{role}}, which Vault does not fill in here",
    );
    expect(findingsWith({ revocation: [...sound.mariadb.revocation, "CALL p('{{password}}')"] })[0]).toContain(
      "revocation[3] holds {{password}}, which Vault does not fill in here: use {{name}}, {{username}}",
    );
  });
});

describe("a right", () => {
  it.each([
    "SUPER",
    "create user",
    "FILE",
    "PROCESS",
    "SHUTDOWN",
    "RELOAD",
    "REPLICATION SLAVE",
    "CONNECTION ADMIN",
    "SYSTEM_USER",
    "ROLE_ADMIN",
    "SET_ANY_DEFINER",
  ])("is not %s", (power) => {
    expect(findingsOf(`GRANT SELECT, ${power} ON *.* TO '{{name}}'@'%'`)).toEqual([
      `creation[1] gives the user ${power.toUpperCase()}: grant on tables or databases only`,
    ]);
  });

  it.each([
    "GRANT SELECT ON *.* TO",
    "GRANT ALL PRIVILEGES ON *.* TO",
    "grant select on * to",
    "GRANT EXECUTE ON *.* TO",
  ])("is not on everything: %s", (grant) => {
    expect(findingsOf(`${grant} '{{name}}'@'%'`)).toEqual([
      "creation[1] grants on *.*: the password hashes of all users are in it: name the databases of the application",
    ]);
  });

  it.each(["mysql.*", "`mysql`.`user`", "TABLE mysql.global_priv"])("is not on the server's own %s", (place) => {
    expect(findingsOf(`GRANT SELECT ON ${place} TO '{{name}}'@'%'`)[0]).toContain("grants on the database mysql");
  });

  it.each([
    "GRANT USAGE ON *.* TO '{{name}}'@'%'",
    "GRANT SELECT (file, super) ON app.uploads TO '{{name}}'@'%'",
    "GRANT ALL ON `mysql_app`.* TO '{{name}}'@'%'",
    "GRANT app_admin TO '{{name}}'@'%'",
    "GRANT EXECUTE ON PROCEDURE app.report TO '{{name}}'@'%'",
  ])("may be %s", (item) => {
    expect(findingsOf(item)).toEqual([]);
  });

  it.each([
    "GRANT SELECT ON app.* TO '{{name}}'@'%' WITH GRANT OPTION",
    "GRANT SELECT ON app.* TO '{{name}}'@'%' WITH MAX_QUERIES_PER_HOUR 5 GRANT OPTION",
    "GRANT GRANT OPTION ON app.* TO '{{name}}'@'%'",
    "GRANT app_ro TO '{{name}}'@'%' WITH ADMIN OPTION",
  ])("is not passed on: %s", (item) => {
    expect(findingsOf(item)).toEqual([
      "creation[1] lets the user pass on what it has: whoever got it so would keep it when the user is gone: " +
        "grant without WITH GRANT OPTION and WITH ADMIN OPTION",
    ]);
  });
});

describe("a revocation", () => {
  const findings = (item: string) => findingsWith({ revocation: [...sound.mariadb.revocation, item] });
  const problem = "that fails when the user is gone: Vault repeats a revocation whose answer it did not get";

  it.each(["DROP USER", "ALTER USER"])("says %s only IF EXISTS", (statement) => {
    expect(findings(`${statement} '{{name}}'@'%'`)).toEqual([
      `revocation[3] holds ${statement} ${problem}: write ${statement} IF EXISTS`,
    ]);
    expect(findings(`${statement} IF EXISTS '{{name}}'@'%'`)).toEqual([]);
  });

  it("takes no rights by themselves: they go with the user", () => {
    expect(findings("REVOKE ALL PRIVILEGES, GRANT OPTION FROM '{{name}}'@'%'")).toEqual([
      `revocation[3] holds REVOKE ${problem}: leave it out: DROP USER takes the rights too`,
    ]);
  });

  it("is the only place where that matters", () => {
    expect(findingsOf("DROP USER 'old'")).toEqual([]);
  });
});

describe("what only the other product understands", () => {
  it.each<[Product, string, string]>([
    ["mysql", "KILL USER '{{name}}'@'%'", "CALL leasehold.end_sessions('{{name}}')"],
    ["mysql", "KILL HARD CONNECTION USER '{{name}}'", "CALL leasehold.end_sessions('{{name}}')"],
    ["mysql", "SET DEFAULT ROLE app_ro FOR '{{name}}'@'%'", "SET DEFAULT ROLE ... TO"],
    ["mysql", "ALTER USER '{{name}}'@'%' IDENTIFIED VIA unix_socket", "IDENTIFIED WITH ... BY"],
    ["mariadb", "SET DEFAULT ROLE app_ro TO '{{name}}'@'%'", "GRANT on each database to the user itself"],
    ["mariadb", "ALTER USER '{{name}}'@'%' DEFAULT ROLE app_ro", "GRANT on each database to the user itself"],
    ["mariadb", "ALTER USER '{{name}}'@'%' FAILED_LOGIN_ATTEMPTS 3", "the variable max_password_errors"],
  ])("is refused for %s: %s", (product, item, instead) => {
    const name = { mysql: "MySQL", mariadb: "MariaDB" }[product];
    expect(findingsOf(item, product)).toEqual([`creation[1] holds what ${name} does not understand: use ${instead}`]);
    expect(findingsOf(item, product === "mysql" ? "mariadb" : "mysql").join()).not.toContain("does not understand");
  });
});

describe("a rotation", () => {
  it.each<Product>(["mysql", "mariadb"])("changes a password in %s", (product) => {
    expect(checkRotation(product, ["ALTER USER '{{username}}'@'%' IDENTIFIED BY '{{password}}'"])).toEqual([]);
    expect(checkRotation(product, ["ALTER USER {{username}} IDENTIFIED BY '{{password}}'"])).toHaveLength(1);
    expect(checkRotation(product, ["ALTER USER '{{name}}' IDENTIFIED BY '{{expiration}}'"])[0]?.problem).toBe(
      "holds {{expiration}}, which Vault does not fill in here",
    );
  });
});
