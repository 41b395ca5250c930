import {
  everyTableOf,
  mySqlSegments,
  mySqlStatements,
  oneTable,
  quoteMySqlIdentifier,
  quoteMySqlLiteral,
} from "../../constructs/database/statements/mysql-text";

const kinds = (sql: string) => mySqlSegments(sql).map(({ kind, text }) => `${kind} ${text}`);
const statements = (sql: string) => mySqlStatements(mySqlSegments(sql));

describe("the segments of a text", () => {
  it.each<[string, string[]]>([
    ["a 'b''c' d", ["bare a ", "literal 'b''c'", "bare  d"]],
    [String.raw`'it\'s'x`, [String.raw`literal 'it\'s'`, "bare x"]],
    [String.raw`"say \"so\""""x`, [String.raw`literal "say \"so\""""`, "bare x"]],
    ["`a``b`.c", ["identifier `a``b`", "bare .c"]],
    ["a # b\nc", ["bare a ", "comment # b", "bare \nc"]],
    ["a -- b\nc", ["bare a ", "comment -- b", "bare \nc"]],
    ["a --", ["bare a ", "comment --"]],
    ["a--b - c", ["bare a--b - c"]],
    ["a/b /* c /* d */ e */", ["bare a/b ", "comment /* c /* d */", "bare  e */"]],
    ["'never ends", ["literal 'never ends"]],
    ["/* never ends", ["comment /* never ends"]],
    ["", []],
  ])("of %j", (sql, expected) => {
    expect(kinds(sql)).toEqual(expected);
  });

  it.each(["a'b", "`", "--", "-", "/", "/*", "#", "'\\", '"\\"', "a;'b;c'"])("of %j make the text again", (sql) => {
    expect(
      mySqlSegments(sql)
        .map(({ text }) => text)
        .join(""),
    ).toBe(sql);
  });
});

describe("the statements of a text", () => {
  it("are cut at semicolons that stand in no quotes and no comment", () => {
    expect(statements("GRANT a; -- b; c\n ;\nCALL p('x;y') /* z; */ ; ")).toEqual(["GRANT a", "CALL p('x;y')"]);
  });

  it("have their white space folded, and none where a comment stood between words", () => {
    expect(statements("DROP/* x */USER\n\t 'a'")).toEqual(["DROP USER 'a'"]);
  });
});

describe("quoting", () => {
  it("makes one literal or identifier of anything", () => {
    expect(quoteMySqlLiteral(`it's \\`)).toBe(String.raw`'it''s \\'`);
    expect(quoteMySqlIdentifier("a`b")).toBe("`a``b`");
    expect(kinds(quoteMySqlLiteral(`'\\'; DROP`))).toHaveLength(1);
    expect(kinds(quoteMySqlIdentifier("`; DROP"))).toHaveLength(1);
  });

  it("keeps an underscore from standing for any character in GRANT, where it would", () => {
    expect(everyTableOf("app_prod")).toBe("`app\\_prod`.*");
    expect(oneTable("app_prod.order_items")).toBe("`app_prod`.`order_items`");
  });
});
