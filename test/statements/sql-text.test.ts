import fc from "fast-check";
import {
  quoteIdentifier,
  quoteLiteral,
  segments,
  splitAsVault,
  withoutComments,
} from "../../constructs/database/statements/sql-text";

/** Text made of all that opens, closes or escapes something. */
const thorny = fc
  .array(
    fc.constantFrom(
      ..."'|\"|''|\"\"|$$|$a$|$1|$|--|/*|*/|\n|;|E'|e'|\\|\\'|x|1|_| |END|{{name}}|é".split("|"),
      "SELECT 1",
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(""));

const kinds = (sql: string): string[] => segments(sql).map(({ kind, text }) => `${kind} ${text}`);

describe("segments", () => {
  it.each<[string, string, string[]]>([
    ["plain SQL", "SELECT 1", ["bare SELECT 1"]],
    ["a literal", "SELECT 'a' x", ["bare SELECT ", "literal 'a'", "bare  x"]],
    ["a doubled quote in a literal", "'it''s'", ["literal 'it''s'"]],
    ["a backslash that is just one", "'a\\' b", ["literal 'a\\'", "bare  b"]],
    ["a backslash in an escape string", "E'a\\' b' c", ["literal E'a\\' b'", "bare  c"]],
    ["an identifier that ends in e before a literal", "type'a\\' b", ["bare type", "literal 'a\\'", "bare  b"]],
    ["a quoted identifier", 'a."b ""c"""', ["bare a.", 'identifier "b ""c"""']],
    ["a line comment", "a -- b\nc", ["bare a ", "comment -- b", "bare \nc"]],
    ["a block comment over lines", "a /* b\nc */ d", ["bare a ", "comment /* b\nc */", "bare  d"]],
    ["a dollar quote", "DO $$ a; $$;", ["bare DO ", "dollar $$ a; $$", "bare ;"]],
    ["a tagged dollar quote around another", "$a$ $$x$$ $b$ $a$", ["dollar $a$ $$x$$ $b$ $a$"]],
    ["parameters, which are no dollar quotes", "$1 $2$ x $1$", ["bare $1 $2$ x $1$"]],
    ["a comment's opener in a literal", "'-- /*' x", ["literal '-- /*'", "bare  x"]],
    ["a quote in a comment", "-- it's\n'a'", ["comment -- it's", "bare \n", "literal 'a'"]],
    ["quotes in an identifier", `"it's" x`, [`identifier "it's"`, "bare  x"]],
    ["a literal that never ends", "a 'b", ["bare a ", "literal 'b"]],
    ["an identifier that never ends", 'a "b', ["bare a ", 'identifier "b']],
    ["a dollar quote that never ends", "a $x$ b $y$", ["bare a ", "dollar $x$ b $y$"]],
    ["a block comment that never ends", "a /* b", ["bare a ", "comment /* b"]],
    ["nothing", "", []],
  ])("tell apart %s", (_reason, sql, expected) => {
    expect(kinds(sql)).toEqual(expected);
  });

  it("nest block comments, as PostgreSQL does", () => {
    expect(kinds("/* a /* b */ ' */ c")).toEqual(["comment /* a /* b */ ' */", "bare  c"]);
  });

  it("leave a $ inside an identifier to the identifier, as PostgreSQL does", () => {
    expect(kinds("a$x$ 'b' $ $x$")).toEqual(["bare a$x$ ", "literal 'b'", "bare  $ ", "dollar $x$"]);
  });

  it("joined, give the text again, none of them empty, no two bare ones in a row", () => {
    fc.assert(
      fc.property(thorny, (sql) => {
        const found = segments(sql);
        expect(found.map(({ text }) => text).join("")).toBe(sql);
        expect(found.every(({ text }) => text !== "")).toBe(true);
        expect(found.some(({ kind }, at) => kind === "bare" && found[at + 1]?.kind === "bare")).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe("quoteIdentifier", () => {
  it.each([
    ["app", '"app"'],
    ["My App", '"My App"'],
    ['a"b', '"a""b"'],
    ["it's", `"it's"`],
  ])("writes %s as %s", (name, expected) => {
    expect(quoteIdentifier(name)).toBe(expected);
  });

  it("makes one identifier of anything", () => {
    fc.assert(
      fc.property(thorny, (text) => {
        expect(segments(`${quoteIdentifier(text)};`).map(({ kind }) => kind)).toEqual(["identifier", "bare"]);
      }),
    );
  });
});

describe("quoteLiteral", () => {
  it.each([
    ["app", "'app'"],
    ["it's", "'it''s'"],
    ['a"b', `'a"b'`],
    ["", "''"],
  ])("writes %s as %s", (value, expected) => {
    expect(quoteLiteral(value)).toBe(expected);
  });

  it("makes one literal of anything", () => {
    fc.assert(
      fc.property(thorny, (text) => {
        expect(segments(`${quoteLiteral(text)};`).map(({ kind }) => kind)).toEqual(["literal", "bare"]);
      }),
    );
  });
});

describe("withoutComments", () => {
  it.each([
    ["takes line comments away", "GRANT a -- why\n TO b", "GRANT a TO b"],
    ["takes block comments away", "GRANT /* why */ a TO b", "GRANT a TO b"],
    ["keeps what only looks like a comment", "SELECT '-- a', \"/* b */\"", "SELECT '-- a', \"/* b */\""],
    ["folds white space", "  GRANT\n\ta   TO b ", "GRANT a TO b"],
    ["leaves nothing of a comment alone", "-- nothing", ""],
  ])("%s", (_what, sql, expected) => {
    expect(withoutComments(sql)).toBe(expected);
  });

  it("leaves a space where a comment parted two words, as PostgreSQL does", () => {
    expect(withoutComments("ALTER/**/DEFAULT/* */PRIVILEGES")).toBe("ALTER DEFAULT PRIVILEGES");
  });
});

describe("splitAsVault", () => {
  it.each<[string, string, string[]]>([
    ["splits at each semicolon", "GRANT a TO b; GRANT c TO d;", ["GRANT a TO b", "GRANT c TO d"]],
    ["keeps one statement", "SELECT 1", ["SELECT 1"]],
    ["drops empty statements", " ;; SELECT 1 ; ", ["SELECT 1"]],
    ["makes nothing of nothing", " \n", []],
    ["splits even inside a literal", "SELECT 'a;b'", ["SELECT 'a", "b'"]],
    ["keeps an item with upper-case END whole", " DO $$ BEGIN a; END $$; ", ["DO $$ BEGIN a; END $$;"]],
    ["splits an item with lower-case end", "DO $$ begin a; end $$", ["DO $$ begin a", "end $$"]],
    ["splits an item with mixed-case End", "DO $$ begin a; End $$", ["DO $$ begin a", "End $$"]],
  ])("%s", (_what, item, expected) => {
    expect(splitAsVault(item)).toEqual(expected);
  });

  it("splits an item that has END only inside a longer word", () => {
    expect(splitAsVault("GRANT APPENDERS TO a; SELECT 1")).toEqual(["GRANT APPENDERS TO a", "SELECT 1"]);
  });

  it("splits an item that has END only inside quotes", () => {
    expect(splitAsVault("SELECT 'THE END'; SELECT 1")).toEqual(["SELECT 'THE END'", "SELECT 1"]);
  });
});
