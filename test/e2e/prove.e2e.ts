import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RoleProof } from "../../cli/prove/finding";
import type { ServerProduct } from "../../cli/parts/vault-binary";
import { findMariaDb } from "../../cli/servers/mariadb-server";
import { testContext } from "./parts";
import { describeOnEachServer, leasehold } from "./rig";

const declarations = join("test", "e2e", "declarations");

async function prove(product: ServerProduct, ...args: readonly string[]) {
  const { code, stdout, stderr } = await leasehold(
    ["prove", ...args, "--server", product, "--json"],
    testContext().env,
  );
  const proofs = stdout === "" ? [] : (JSON.parse(stdout) as RoleProof[]);
  const failures = proofs.flatMap(({ database, role, checks }) =>
    checks.filter(({ passed }) => !passed).map((check) => ({ database, role, ...check })),
  );
  return { code, stderr, proofs, failures };
}

/** What a check of a proof found; every database and role that was asked for it. */
const found = (proofs: readonly RoleProof[], check: string) =>
  proofs.flatMap(({ checks }) => checks.filter((each) => each.check === check).map((each) => each.found));

describeOnEachServer("leasehold prove", (product) => {
  it("T1, T3, T4, T5: proves every preset on every PostgreSQL", async () => {
    const { code, proofs, failures } = await prove(product, join(declarations, "postgres-versions.ts"));
    expect(failures).toEqual([]);
    expect(code).toBe(0);
    expect([...new Set(proofs.map(({ server }) => server.split(".")[0]))]).toEqual(
      [14, 15, 16, 17, 18].map((version) => `PostgreSQL ${version}`),
    );
    // Seven presets on each of five versions.
    expect(found(proofs, "an open session ends with it")).toEqual(Array(35).fill("yes"));
    expect(found(proofs, "a user that was dropped by hand can be revoked")).toEqual(Array(35).fill("yes"));
    expect(found(proofs, "what it made belongs to app_owner when it is gone")).toEqual(Array(5).fill("yes"));
    expect(found(proofs, "the password that it had before opens nothing")).toEqual(Array(5).fill("yes"));
    expect(found(proofs, "read passwords")).toEqual(Array(35).fill("refused"));
  });

  it.each(["company", "myapp", "delphi", "enterprise", "platform"])("proves examples/%s.ts", async (example) => {
    const { code, failures } = await prove(product, join("examples", `${example}.ts`));
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
  });

  it("T1, T12: proves MariaDB, and says of MySQL and MongoDB what is not proven", async () => {
    const { code, proofs, failures } = await prove(product, join("examples", "engines.ts"));
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    const unproven = (database: string) =>
      proofs.filter((each) => each.database === database).flatMap((each) => each.unproven);
    expect(unproven("my-mysql-database")[0]).toMatch(/^there is no mysql server here/);
    expect(unproven("my-mongodb")[0]).toMatch(/^there is no mongodb server here/);
    if ((await findMariaDb(testContext().env)) === undefined) {
      expect(unproven("shop")[0]).toMatch(/^MariaDB is not installed here/);
    } else {
      expect(found(proofs, "an open session ends with it")).toEqual(Array(5).fill("yes"));
    }
  });

  it("finds what a statement gives too much, and what it lacks", async () => {
    const { code, stderr, failures } = await prove(product, join(declarations, "unsound.ts"));
    expect(code).toBe(1);
    expect(stderr).toContain("4 of 4 roles are not what they declare");
    const of = (role: string) =>
      failures
        .filter((each) => each.role === role)
        .map(({ check, expected, found: seen }) => ({ check, expected, found: seen }));
    expect(of("too-much")).toContainEqual({
      check: "DELETE on public.leasehold_there",
      expected: "refused",
      found: "allowed",
    });
    expect(of("too-little")).toContainEqual({
      check: "INSERT on public.reports",
      expected: "allowed",
      found: "refused",
    });
    expect(of("no-such-group")).toEqual([
      {
        check: "a user is made",
        expected: "yes",
        found: expect.stringContaining('role "ghosts" does not exist') as string,
      },
    ]);
    expect(of("stays")).toContainEqual({ check: "no user is left", expected: "yes", found: "it is still there" });
  });

  it("names what is too much in words, for people", async () => {
    const args = ["prove", join(declarations, "unsound.ts"), "unsound", "too-much", "--server", product];
    const { code, stdout } = await leasehold(args, testContext().env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/unsound +too-much +PostgreSQL 18\S* +\d+ +NOT PROVEN/);
    expect(stdout).toContain(
      "unsound/too-much: DELETE on public.leasehold_there: too much: it is not declared, and the server allows it",
    );
  });

  it("leaves nothing behind when its database dies in the middle", async () => {
    const before = places();
    const running = prove(product, join("examples", "company.ts"), "postgres-prod");
    const end = Date.now() + 60_000;
    let pid: number | undefined;
    while (pid === undefined && Date.now() < end) {
      await sleep(20);
      pid = places()
        .filter((place) => !before.includes(place))
        .map((place) => postmaster(join(place, "postgres-prod", "data", "postmaster.pid")))
        .find((each) => each !== undefined);
    }
    if (pid === undefined) throw new Error("no throw-away PostgreSQL was started");
    await sleep(1_000);
    process.kill(pid, "SIGKILL");
    const { code } = await running;
    expect(code).toBe(1);
    expect(places().filter((place) => !before.includes(place))).toEqual([]);
  });
});

/** The folders of throw-away servers. */
function places(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith("leasehold-throw-away-"))
    .map((name) => join(tmpdir(), name));
}

function postmaster(file: string): number | undefined {
  // Its last line says that it is ready.
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return lines[7]?.trim() === "ready" ? Number(lines[0]) : undefined;
}
