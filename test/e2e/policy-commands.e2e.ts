import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { CaseResult } from "../../cli/policy/policy-check";
import type { Lab } from "../../cli/lab/lab";
import type { ServerProduct } from "../../cli/parts/vault-binary";
import { testContext } from "./parts";
import { describeOnEachServer, leasehold } from "./rig";

const declarations = join("test", "e2e", "declarations");

describeOnEachServer("leasehold policy test --live", (product, lab) => {
  it.each(readdirSync(join(testContext().root, "policies", "tests")))("holds policies/tests/%s", async (file) => {
    const { code, results } = await test(product, lab, join("policies", "tests", file));
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(code).toBe(0);
    expect(results.length).toBeGreaterThan(0);
    expect(results.every(({ decidedBy }) => decidedBy !== "evaluator")).toBe(true);
    expect(await leftBehind(lab)).toEqual([]);
  });

  it("makes an entity with aliases and groups, and removes them", async () => {
    const { code, results } = await test(product, lab, join(declarations, "identity.yaml"));
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(code).toBe(0);
    expect(results.map(({ decidedBy }) => decidedBy)).toEqual([...Array<string>(10).fill("server"), "both", "both"]);
    expect(await leftBehind(lab)).toEqual([]);
  });

  it("never touches an entity that is there", async () => {
    const operator = lab.operator();
    await operator.write("identity/entity", { name: "leasehold-test-alice", metadata: { team: "theirs" } });
    try {
      const { code, stderr } = await test(product, lab, join(declarations, "identity.yaml"));
      expect(code).toBe(1);
      expect(stderr).toContain('the server has an entity "leasehold-test-alice" of its own');
      expect(await operator.exists("identity/entity/name/leasehold-test-alice")).toBe(true);
    } finally {
      await operator.delete("identity/entity/name/leasehold-test-alice");
    }
    expect(await leftBehind(lab)).toEqual([]);
  });

  it("tells a wrong expectation", async () => {
    const { code, stderr, results } = await test(product, lab, join(declarations, "wrong-expectation.yaml"));
    expect(code).toBe(1);
    expect(stderr).toContain("[leasehold policy test] 1 of 2 cases are not as expected");
    expect(results.filter(({ passed }) => !passed)).toMatchObject([
      { where: `${declarations}/wrong-expectation.yaml:5`, path: "database/creds/app", expected: "allow", got: "deny" },
    ]);
    expect(await leftBehind(lab)).toEqual([]);
  });

  it("starts a server where none is named", async () => {
    const file = join("policies", "tests", "dbas.yaml");
    const { code, stdout } = await leasehold(["policy", "test", file, "--live", "--server", product], {
      ...testContext().env,
      VAULT_ADDR: undefined,
    });
    expect(stdout).toMatch(/^(\d+) of \1 cases are as expected\n$/);
    expect(code).toBe(0);
  });
});

async function test(product: ServerProduct, lab: Lab, file: string) {
  const env = {
    ...testContext().env,
    VAULT_ADDR: `http://127.0.0.1:${lab.record().vaultPort}`,
    VAULT_TOKEN: lab.rootToken(),
  };
  // The server's own version says which product it is.
  const { code, stdout, stderr } = await leasehold(["policy", "test", file, "--live", "--json"], env);
  const results = stdout === "" ? [] : (JSON.parse(stdout) as CaseResult[]);
  expect(results.filter(({ server }) => server !== product)).toEqual([]);
  return { code, stderr, results };
}

/** What a test makes on a server, that is still there. */
async function leftBehind(lab: Lab): Promise<string[]> {
  const operator = lab.operator();
  const lists = ["sys/policies/acl", "identity/entity/name", "identity/group/name"];
  const { data } = await operator.read("sys/auth", z.object({ data: z.record(z.string(), z.unknown()) }));
  const found = await Promise.all(lists.map((path) => operator.list(path)));
  return [...found.flat(), ...Object.keys(data)].filter((each) => each.startsWith("leasehold-test"));
}
