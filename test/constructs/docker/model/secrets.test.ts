import { pgpassLine } from "../../../../constructs/docker/model/secrets";

const file = { holds: "pgpass", name: "pgpass", password: "password", host: "storage", port: 5432 } as const;

it("writes a password file of PostgreSQL's: a line of five fields", () => {
  expect(pgpassLine({ ...file, database: "vault", user: "vault" }, "s3cret")).toBe("storage:5432:vault:vault:s3cret\n");
});

it("guards what would end a field", () => {
  expect(pgpassLine({ ...file, database: "a:b", user: "c\\d" }, "e:f")).toBe("storage:5432:a\\:b:c\\\\d:e\\:f\n");
});
