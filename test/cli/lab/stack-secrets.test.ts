import { readFileSync, statSync, writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { StackSecrets } from "../../../cli/lab/stack-secrets";
import type { StackSecret } from "../../../constructs/docker/model/secrets";
import { scratchFolder } from "../scratch";

const scratch = scratchFolder();
const folder = () => join(scratch(), "secrets");
const secrets = () => new StackSecrets(folder());
const read = (...path: string[]) => readFileSync(join(folder(), ...path), "utf8");
const modeOf = (...path: string[]) => statSync(join(folder(), ...path)).mode & 0o777;

const login = { holds: "login", name: "agent-login", role: "orders-app" } as const;
const all: readonly StackSecret[] = [
  { holds: "password", name: "postgres-password" },
  { holds: "password", name: "storage-password" },
  {
    holds: "pgpass",
    name: "storage-pgpass",
    password: "storage-password",
    host: "storage",
    port: 5432,
    database: "vault",
    user: "vault",
  },
  login,
];

describe("the secrets of a dev stack", () => {
  it("are in a folder of the owner's alone, readable to the containers' users in it", () => {
    secrets().prepare(all);
    expect(modeOf()).toBe(0o700);
    for (const file of ["postgres-password", "storage-password", "storage-pgpass"]) expect(modeOf(file)).toBe(0o444);
    expect(modeOf("agent-login")).toBe(0o755);
  });

  it("close a folder that was open", () => {
    secrets().prepare(all);
    chmodSync(folder(), 0o755);
    secrets().prepare(all);
    expect(modeOf()).toBe(0o700);
  });

  it("are made up, each another one, unless they are known", () => {
    secrets().prepare(all, { "postgres-password": "known" });
    expect(read("postgres-password")).toBe("known");
    expect(read("storage-password")).toMatch(/^[0-9a-f]{48}$/);
    expect(read("storage-pgpass")).toBe(`storage:5432:vault:vault:${read("storage-password")}\n`);
  });

  it("stay what they are the next time: a database was made with them", () => {
    secrets().prepare(all, { "postgres-password": "known" });
    const [before, pgpass] = [read("storage-password"), read("storage-pgpass")];
    writeFileSync(join(folder(), "unrelated"), "kept");
    secrets().prepare(all, { "postgres-password": "other" });
    expect([read("postgres-password"), read("storage-password"), read("storage-pgpass"), read("unrelated")]).toEqual([
      "known",
      before,
      pgpass,
      "kept",
    ]);
  });

  it("have a login delivered into its folder, again and again", () => {
    secrets().prepare(all);
    for (const secretId of ["first", "second"]) {
      secrets().deliver(login, "role", secretId);
      expect([read("agent-login", "role-id"), read("agent-login", "secret-id")]).toEqual(["role", secretId]);
    }
    expect(modeOf("agent-login", "secret-id")).toBe(0o444);
  });
});
