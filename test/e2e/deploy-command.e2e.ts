import { X509Certificate } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isRunning, type RunResult, startDaemon } from "../../cli/processes";
import { hostEnvironment, type HostEnvironment } from "../../environments/load";
import { z } from "zod";
import { testContext } from "./parts";
import { Deployment, describeOnEachServer, leasehold } from "./rig";

/** A new environment gives access that nobody had, some of it known when its logins are there; two of its databases are not. */
const labels = "access-widened,protection-lowered,policy-unknown";
const meant = ["--yes", "--allow", labels];
const isAsDeclared = "dev: nothing to do, it is as declared\n";

const keyAnswer = z.object({ data: z.object({ key_name: z.string() }) });
const issuerAnswer = z.object({ data: z.object({ certificate: z.string() }) });
const issuedAnswer = z.object({ data: z.object({ ca_chain: z.array(z.string()) }) });

/** What a deployment ended with, where it failed. */
const failureOf = ({ code, stderr }: RunResult) => (code === 0 ? undefined : stderr.trim().split("\n").slice(-12));

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

  const nameOfKey = async (id = "") => (await operator().read(`pki-root/key/${id}`, keyAnswer)).data.key_name;

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

  it("T23: takes up an apply that was killed, with the state in a local file", async () => {
    await dev.leaseholdDestroy();
    await killedAfter("vault_mount.mount-database", await dev.env());
    // The mount is there, and the state does not know it: to make it again would fail.
    expect(await operator().exists("sys/mounts/database")).toBe(true);
    expect(readFileSync(join(dev.folder, "terraform.tfstate"), "utf8")).not.toContain("vault_mount");
    const result = await takenUp();
    expect(failureOf(result)).toBeUndefined();
    expect(result.stdout).toMatch(/^dev: \d+ added, /);
    expect((await dev.leaseholdDeploy(["--yes"])).stdout).toBe(isAsDeclared);
    const user = await operator().issueCredentials("database", "app-readonly");
    await operator().revokeLease(user.leaseId);
  });

  /** An entity, its alias or a group that was being made when Terraform was killed is found by the first deployment, and taken over by the second. */
  const takenUp = async (env?: HostEnvironment): Promise<RunResult> => {
    // An entity that is taken over holds the name of a policy already whose text is known after the apply only.
    const allowed = ["--yes", "--allow", `${labels},access-unknown`];
    const first = await dev.leaseholdDeploy(allowed, env);
    if (first.code === 0) return first;
    expect(failureOf(first)?.join("\n")).toContain(": deploy again, which takes over what is there already:");
    return dev.leaseholdDeploy(allowed, env);
  };

  /** Applies until a resource is there, then kills Terraform. */
  const killedAfter = async (address: string, env: HostEnvironment): Promise<void> => {
    const workspace = await dev.workspace(env);
    await workspace.init();
    const { file } = await workspace.plan();
    let terraform = 0;
    const result = await workspace.apply(file, {
      onStart: (_, pid) => {
        terraform = pid;
      },
      onEvent: (event) => {
        if (event.type === "apply_complete" && event.hook.resource.addr.startsWith(address)) {
          process.kill(terraform, "SIGKILL");
        }
      },
    });
    expect(result.signal).toBe("SIGKILL");
    workspace.removePlan();
  };

  /** Where an apply is killed; the names of keys and of issuers are taken in the second case. */
  const keyOnly = "vault_pki_secret_backend_key.mount-pki-root";
  const keyAndIssuer = "vault_pki_secret_backend_issuer.mount-pki-root";
  const moments = product === "vault" ? [keyOnly, keyAndIssuer] : [keyAndIssuer];
  it.each(moments)(
    "T23: makes an authority anew that was cut short after %s, and sets aside the old",
    async (address) => {
      await dev.leaseholdDestroy();
      await killedAfter(address, await dev.env());
      const [key] = await operator().list("pki-root/keys");
      expect(await nameOfKey(key)).toBe("root-2026");
      const result = await takenUp();
      expect(failureOf(result)).toBeUndefined();
      expect(result.stderr).toContain(`key pki-root/root-2026 is root-2026-set-aside-${key?.slice(0, 8)}`);
      expect(await nameOfKey(key)).toBe(`root-2026-set-aside-${key?.slice(0, 8)}`);
      expect((await dev.leaseholdDeploy(["--yes"])).stdout).toBe(isAsDeclared);
      // What is issued leads to the new root.
      const issued = await operator().ask(
        "pki/issue/services",
        { common_name: "orders.internal.company.com" },
        issuedAnswer,
      );
      const root = await operator().read("pki-root/issuer/root-2026", issuerAnswer);
      const [intermediate = ""] = issued.data.ca_chain;
      const newRoot = new X509Certificate(root.data.certificate);
      expect(new X509Certificate(intermediate).verify(newRoot.publicKey)).toBe(true);
    },
  );

  if (product !== "vault") return;

  it("T23: takes up its own work when it was killed itself", async () => {
    await dev.leaseholdDestroy();
    const { root } = testContext();
    const command = [join(root, "cli", "leasehold.mjs"), "deploy", "dev", ...meant, "--output", dev.output];
    const ours = await startDaemon(process.execPath, command, {
      cwd: root,
      env: await dev.env(),
      logFile: join(dev.folder, "killed.log"),
    });
    const journal = join(dev.output, "direct", "dev", "journal.jsonl");
    while (!existsSync(journal) && (await isRunning(ours))) await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(ours.pid, "SIGKILL");
    const result = await takenUp();
    expect(failureOf(result)).toBeUndefined();
    expect((await dev.leaseholdDeploy(["--yes"])).stdout).toBe(isAsDeclared);
  });

  it("T23: takes up an apply that was killed, with the state in PostgreSQL", async () => {
    await dev.leaseholdDestroy();
    const database = "deploy_command_state";
    await lab.postgres().asSuperuser("postgres", (client) => client.query(`CREATE DATABASE ${database}`));
    try {
      const { postgresSuperuserPassword: password } = JSON.parse(readFileSync(lab.folder.at("keys.json"), "utf8")) as {
        postgresSuperuserPassword: string;
      };
      const given = await dev.env();
      const overrides = JSON.parse(given["LEASEHOLD_OVERRIDES"] ?? "{}") as { dev: object };
      const env = {
        ...given,
        LEASEHOLD_OVERRIDES: JSON.stringify({
          dev: { ...overrides.dev, state: { backend: "pg", schemaName: "leasehold" } },
        }),
        PG_CONN_STR: `postgres://postgres:${password}@127.0.0.1:${lab.record().postgresPort}/${database}?sslmode=disable`,
      };
      // Terraform would want to move the state of the deployments before.
      rmSync(join(dev.stack, ".terraform"), { recursive: true, force: true });
      await killedAfter("vault_mount.mount-database", env);
      const result = await takenUp(env);
      expect(failureOf(result)).toBeUndefined();
      expect((await dev.leaseholdDeploy(["--yes"], env)).stdout).toBe(isAsDeclared);
    } finally {
      await lab.postgres().asSuperuser("postgres", (client) => client.query(`DROP DATABASE ${database} WITH (FORCE)`));
    }
  });

  it("refuses Terraform's debug log, which would hold passwords", async () => {
    const { code, stderr } = await dev.leaseholdDeploy(["--yes"], { ...hostEnvironment(), TF_LOG: "debug" });
    expect({ code, stderr: stderr.trim() }).toEqual({
      code: 1,
      stderr:
        "[leasehold deploy] TF_LOG is set, and Terraform's debug log holds whole requests to Vault, passwords among them: unset TF_LOG",
    });
  });
});
