import { table } from "../../cli/table";

describe("table", () => {
  const columns = { role: "role", ttl: "TTL" };

  it("makes each column as wide as its widest cell, under a header", () => {
    const rows = [
      { role: "app-readonly", ttl: "1h" },
      { role: "admin", ttl: 1800 },
    ];
    expect(table(columns, rows).split("\n")).toEqual(["role          TTL", "app-readonly  1h", "admin         1800"]);
  });

  it("keeps the order of the columns, whatever that of a row", () => {
    expect(table(columns, [{ ttl: "1h", role: "app" }])).toBe("role  TTL\napp   1h");
  });

  it("ends no line with blanks", () => {
    expect(table(columns, [{ role: "app", ttl: "" }])).toBe("role  TTL\napp");
  });

  it("is the header alone where there are no rows", () => {
    expect(table(columns, [])).toBe("role  TTL");
  });
});
