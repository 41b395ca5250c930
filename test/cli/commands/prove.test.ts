import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leasehold, refusal } from "../command";

describe("what leasehold prove is given", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "leasehold-declared-"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it.each<[string[], string]>([
    [["qa"], '[environments] there is no environment "qa": use one of dev, staging, prod, lab'],
    [
      ["dev", "ghost"],
      '[environments/dev] there is no database "ghost": use one of postgres-dev, mysql-analytics, data-warehouse',
    ],
    [
      ["dev", "postgres-dev", "ghost"],
      '[postgres-dev] there is no role "ghost": use one of app-readonly, app-writer, admin',
    ],
    [["no-such-file.ts"], "[no-such-file.ts] there is no such file: give its path from the current folder"],
  ])("is refused: %j", async (args, message) => {
    expect(await refusal(["prove", ...args])).toBe(message);
  });

  it("must be a file that exports one environment", async () => {
    const none = file("none.ts", "export const something = 1;");
    expect(await refusal(["prove", none])).toContain("exports 0 environments: export one");
    const two = file(
      "two.ts",
      "export const a = { databases: [], vault: {} }; export const b = { databases: [], vault: {} };",
    );
    expect(await refusal(["prove", two])).toContain("exports 2 environments: export one");
  });

  it("must fit the schema", async () => {
    const wrong = file("wrong.ts", `export const wrong = { name: "wrong", databases: [], vault: {} };`);
    expect(await refusal(["prove", wrong])).toContain("[environments/wrong] vault.address");
  });
});

describe("leasehold sql bootstrap", () => {
  it("prints the script of each database of a file", async () => {
    const { code, stdout } = await leasehold(["sql", "bootstrap", join("examples", "engines.ts"), "--json"]);
    expect(code).toBe(0);
    const scripts = JSON.parse(stdout) as { database: string; sql: string }[];
    expect(scripts.map(({ database }) => database)).toEqual(["shop", "my-mysql-database", "my-mongodb"]);
    expect(scripts[0]?.sql).toContain("GRANT CREATE USER, CONNECTION ADMIN ON *.* TO 'vault_admin'@'%'");
    expect(scripts[1]?.sql).toContain("CREATE PROCEDURE leasehold.end_sessions");
    expect(scripts[2]?.sql).toBe("-- my-mongodb: mongodb has no bootstrap: make vault_admin by its own tools.\n");
  });
});
