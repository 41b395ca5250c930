import type { TableAccess } from "../../constructs/database/statements/statement-set";
import {
  onEach,
  readPrivileges,
  requireTableAccess,
  tableName,
  writePrivileges,
} from "../../constructs/database/statements/table-access";
import { refusalOf } from "../helpers/environments";

const refusal = (access: unknown): string => refusalOf(() => requireTableAccess("reports", access as TableAccess));

describe("requireTableAccess", () => {
  it.each<[string, TableAccess]>([
    ["a schema", { schemas: { public: ["SELECT"] } }],
    ["several schemas, each with its own", { schemas: { public: ["SELECT"], "sales-2": ["INSERT", "DELETE"] } }],
    ["a table", { tables: { orders: ["UPDATE"] } }],
    ["a table of a schema", { tables: { "sales.Order_lines-2": ["SELECT"], _hidden: ["SELECT"] } }],
    ["both", { schemas: { public: ["SELECT"] }, tables: { "sales.orders": ["INSERT"] } }],
    ["the longest names", { tables: { [`${"s".repeat(63)}.${"t".repeat(63)}`]: ["SELECT"] } }],
  ])("takes %s as it stands", (_what, access) => {
    expect(requireTableAccess("reports", access)).toBe(access);
  });

  it.each(["", "a b", 'a"b', "a'b", "_a", "${var.a}", "a;", "x".repeat(64)])("refuses the schema %j", (schema) => {
    expect(refusal({ schemas: { [schema]: ["SELECT"] } })).toContain(
      `[reports] schemas ${JSON.stringify(schema)} can't be used`,
    );
  });

  it.each([
    "",
    ".",
    "a.",
    ".a",
    "a.b.c",
    "1a",
    "a b",
    'a"; DROP TABLE b; --',
    "a'b",
    "a$bootstrap$",
    "${var.a}",
    "a\n",
    "größe",
    "t".repeat(64),
    `${"s".repeat(64)}.t`,
  ])("refuses the table %j", (table) => {
    expect(refusal({ tables: { orders: ["SELECT"], [table]: ["SELECT"] } })).toContain(
      `[reports] tables holds ${JSON.stringify(table)}, which is not the name of a table: write it as table or schema.table, `,
    );
  });

  it.each([["TRUNCATE"], ["select"], ["ALL"], ["SELECT; DROP TABLE a"]])("refuses the privilege %s", (privilege) => {
    const how = "use SELECT, INSERT, UPDATE, DELETE";
    expect(refusal({ schemas: { sales: ["SELECT", privilege] } })).toBe(
      `[reports] schemas.sales holds "${privilege}": ${how}`,
    );
    expect(refusal({ tables: { "sales.orders": [privilege] } })).toBe(
      `[reports] tables.sales.orders holds "${privilege}": ${how}`,
    );
  });

  it("refuses a schema or table with no privilege", () => {
    expect(refusal({ schemas: { sales: [] } })).toContain("[reports] schemas.sales names no privilege: use SELECT, ");
    expect(refusal({ tables: { orders: [] } })).toContain("[reports] tables.orders names no privilege: use SELECT, ");
  });

  it.each([{}, { schemas: {} }, { tables: {} }, { schemas: {}, tables: {} }])(
    "refuses %j, which is nothing",
    (access) => {
      expect(refusal(access)).toBe("[reports] names no schema and no table: name at least one");
    },
  );
});

describe("tableName", () => {
  it.each([
    ["orders", { schema: "public", name: "orders" }],
    ["sales.orders", { schema: "sales", name: "orders" }],
    ["public.orders", { schema: "public", name: "orders" }],
  ])("reads %s", (table, expected) => {
    expect(tableName(table, "public")).toEqual(expected);
  });
});

describe("onEach", () => {
  it("gives each name the same privileges", () => {
    expect(onEach(["a", "b"], ["SELECT"])).toEqual({ a: ["SELECT"], b: ["SELECT"] });
    expect(onEach([], ["SELECT"])).toEqual({});
  });

  it("keeps a name that objects have a meaning for", () => {
    expect(Object.keys(onEach(["__proto__", "constructor"], ["SELECT"]))).toEqual(["__proto__", "constructor"]);
  });
});

describe("the privileges", () => {
  it("of readers are reading alone, of writers all that can be done with rows", () => {
    expect(readPrivileges).toEqual(["SELECT"]);
    expect(writePrivileges).toEqual(["SELECT", "INSERT", "UPDATE", "DELETE"]);
  });
});
