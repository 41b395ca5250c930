import { allowed, fields, sortedSet, withoutPassword } from "../../../cli/operations/export/field-list";

describe("fields of an export", () => {
  it("are those of the list, sorted; any other keeps its name and loses its value", () => {
    const list = { ...fields("b", "a"), set: sortedSet, below: fields("kept") };
    const value = {
      b: { z: 1, y: [{ d: 1, c: 2 }] },
      a: "x",
      set: ["2", "1"],
      below: { kept: 1, secret: "s" },
      newer: "s",
    };
    expect(JSON.stringify(allowed(list, value))).toBe(
      JSON.stringify({
        a: "x",
        b: { y: [{ c: 2, d: 1 }], z: 1 },
        below: { kept: 1, secret: "(not exported)" },
        newer: "(not exported)",
        set: ["1", "2"],
      }),
    );
  });

  it("are not those that every object has", () => {
    expect(allowed(fields("a"), { constructor: "s", toString: "s" })).toEqual({
      constructor: "(not exported)",
      toString: "(not exported)",
    });
  });

  it.each([
    "postgresql://{{username}}:{{password}}@db.company.com:5432/app?sslmode=verify-full",
    "{{username}}:{{password}}@tcp(db:3306)/",
    "host=db user={{username}} password={{password}}",
    "ldaps://ad.company.com",
  ])("hold the URL %s", (url) => expect(withoutPassword(url)).toBe(url));

  it.each([
    "postgresql://admin:hunter2@db.company.com:5432/app",
    "postgresql://admin:*****@db.company.com:5432/app",
    "admin:hunter2@tcp(db:3306)/",
    "admin:hunter/2@tcp(db:3306)/",
    "admin:hunter@2@tcp(db:3306)/",
    "host=db user=admin password=hunter2",
    "sqlserver://db?user id=sa&PWD=hunter2",
    7,
  ])("don't hold the URL %s", (url) => expect(withoutPassword(url)).toBe("(not exported)"));
});
