import { copyFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { hostEnvironment, type HostEnvironment } from "../../environments/load";
import { failureOf, isAsDeclared, labels, meant } from "./dev-deployment";
import { Deployment, describeOnEachServer, leasehold } from "./rig";

describeOnEachServer("leasehold deploy", (product, lab) => {
  const dev = new Deployment(lab, "dev");
  const connection = "database/config/postgres-dev";
  const operator = () => lab.operator();

  /** Its database goes by another name of this machine. */
  const moved = async (): Promise<HostEnvironment> => {
    const env = await dev.env();
    return {
      ...env,
      LEASEHOLD_OVERRIDES: (env["LEASEHOLD_OVERRIDES"] ?? "").replace(`"host":"127.0.0.1"`, `"host":"localhost"`),
    };
  };

  /** A plan that somebody made and saved. */
  const savedPlan = async (name: string, env: HostEnvironment): Promise<string> => {
    const workspace = await dev.workspace(env);
    await workspace.init();
    const { file, hasChanges } = await workspace.plan();
    expect(hasChanges).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const saved = join(dev.folder, name);
    copyFileSync(file, saved);
    workspace.removePlan();
    return saved;
  };

  beforeAll(() => dev.bootstrap());

  /** A plan may hold secrets. */
  const planIsGone = () => !existsSync(join(dev.output, "stacks", "dev", "plan"));

  afterAll(() => dev.cleanUp());

  it("asks before it does anything, and lets nothing dangerous through unnamed", async () => {
    const refused = await dev.leaseholdDeploy(["--yes"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /^\[leasehold deploy\] the plan holds \d+ changes that need more than --yes: mend the declaration, or give --allow access-widened --allow protection-lowered --allow policy-unknown if they are meant:$/m,
    );
    const unasked = await dev.leaseholdDeploy(["--allow", labels]);
    expect(unasked).toMatchObject({ code: 1, stdout: "" });
    expect(unasked.stderr).toContain("[leasehold deploy] has no terminal to ask for consent: give --yes");
    expect(await operator().exists(connection)).toBe(false);
    expect(planIsGone()).toBe(true);
  });

  it("deploys once, shows no secret, and leaves cdktf deploy as it was", async () => {
    const deployed = await dev.leaseholdDeploy([...meant, "--json"]);
    expect(failureOf(deployed)).toBeUndefined();
    const { stdout, stderr } = deployed;
    const result = JSON.parse(stdout) as { counts: { added: number } };
    expect(planIsGone()).toBe(true);
    expect(result).toMatchObject({ environment: "dev", applied: true, counts: { changed: 0, destroyed: 0 } });
    for (const secret of [dev.adminPassword, lab.rootToken()]) expect(stdout + stderr).not.toContain(secret);

    const user = await operator().issueCredentials("database", "app-readonly");
    await dev.as(user, async (client) => {
      expect((await client.query("SELECT label FROM items")).rows).toEqual([{ label: "one" }]);
    });
    await operator().revokeLease(user.leaseId);

    const state = JSON.parse(readFileSync(join(dev.folder, "terraform.tfstate"), "utf8")) as { resources: unknown[] };
    expect(state.resources).toHaveLength(result.counts.added);
    expect(statSync(join(dev.folder, "terraform.tfstate")).mode & 0o777).toBe(0o600);
    expect((await dev.leaseholdDeploy(["--yes"])).stdout).toBe(isAsDeclared);
    await dev.deploy();
    expect((await dev.plan()).code).toBe(0);
  });

  it("applies a saved plan of the very declaration, once", async () => {
    expect(failureOf(await dev.leaseholdDeploy(meant))).toBeUndefined();
    const env = await moved();
    const plan = await savedPlan("moved.plan", env);

    const withoutMove = await dev.leaseholdDeploy(["--yes", "--plan", plan]);
    expect(withoutMove).toMatchObject({ code: 1, stdout: "" });
    expect(withoutMove.stderr).toContain(
      `[${plan}] was made from another declaration than the present one: make and review a new plan`,
    );
    const elsewhere = await leasehold(["deploy", "staging", "--yes", "--plan", plan, "--output", dev.output], env);
    expect(elsewhere).toMatchObject({ code: 1, stdout: "" });
    expect(elsewhere.stderr).toContain(`[${plan}] is a plan of dev, not of staging: give the plan of this environment`);

    expect((await dev.leaseholdDeploy(["--yes", "--plan", plan], env)).stdout).toMatch(
      /^dev: 0 added, 1 changed, 0 destroyed in /,
    );
    const again = await dev.leaseholdDeploy(["--yes", "--plan", plan], env);
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toContain(`[${plan}] is stale: something was applied since it was made`);
  });

  if (product !== "vault") return;

  it("refuses Terraform's debug log, which would hold passwords", async () => {
    const { code, stderr } = await dev.leaseholdDeploy(["--yes"], { ...hostEnvironment(), TF_LOG: "debug" });
    expect({ code, stderr: stderr.trim() }).toEqual({
      code: 1,
      stderr:
        "[leasehold deploy] TF_LOG is set, and Terraform's debug log holds whole requests to Vault, passwords among them: unset TF_LOG",
    });
  });
});
