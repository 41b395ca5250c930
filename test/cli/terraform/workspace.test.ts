import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyPlan } from "../../../cli/deploy/apply-plan";
import { checkPlanIsOf } from "../../../cli/terraform/plan-contents";
import { Workspace } from "../../../cli/terraform/workspace";
import { hostEnvironment } from "../../../environments/load";
import { rejection, scratchFolder, write } from "../scratch";

/** Terraform itself, with the resource that it has built in: no provider and no server is needed. */
const scratch = scratchFolder();
const env = { ...hostEnvironment(), TF_CLI_CONFIG_FILE: undefined, TF_WORKSPACE: undefined };
const stateFile = () => join(scratch(), "state", "terraform.tfstate");

type Data = Readonly<Record<string, unknown>>;

/** A stack as cdktf writes it, with its state in a local file. */
function workspaceOf(resources: Readonly<Record<string, Data>>, environment = "dev"): Promise<Workspace> {
  const stack = {
    "//": { metadata: { stackName: environment } },
    terraform: { backend: { local: { path: stateFile() } } },
    resource: { terraform_data: resources },
  };
  const file = write(join(scratch(), "declared.json"), JSON.stringify(stack));
  return Workspace.synthesise({
    root: scratch(),
    environment,
    output: "out",
    env,
    app: `mkdir -p "$CDKTF_OUTDIR/stacks/${environment}" && cp ${file} "$CDKTF_OUTDIR/stacks/${environment}/cdk.tf.json"`,
  });
}

async function planned(resources: Readonly<Record<string, Data>>) {
  const workspace = await workspaceOf(resources);
  await workspace.init();
  return { workspace, plan: await workspace.plan() };
}

function apply(workspace: Workspace, planFile: string, total: number, secrets: Readonly<Record<string, string>> = {}) {
  return applyPlan({ workspace, planFile, total, env: secrets, report: () => undefined });
}

const stored = () =>
  JSON.parse(readFileSync(stateFile(), "utf8")) as { serial: number; resources: readonly { name: string }[] };

describe("a workspace whose state is a local file", () => {
  it("plans into a file of its owner's, applies it, and plans empty", async () => {
    const { workspace, plan } = await planned({ one: { input: "first" }, two: { input: "second" } });
    expect(plan.hasChanges).toBe(true);
    expect(statSync(plan.file).mode & 0o777).toBe(0o600);
    await apply(workspace, plan.file, 2);
    expect(stored().resources.map(({ name }) => name)).toEqual(["one", "two"]);
    expect(statSync(stateFile()).mode & 0o777).toBe(0o600);
    expect((await workspace.plan()).hasChanges).toBe(false);
    workspace.removePlan();
    expect(existsSync(plan.file)).toBe(false);
    expect(existsSync(join(workspace.folder, "journal.jsonl"))).toBe(false);
  });

  it("refuses a plan that is stale", async () => {
    const { workspace, plan } = await planned({ one: { input: "first" } });
    const saved = join(scratch(), "saved.plan");
    copyFileSync(plan.file, saved);
    await apply(workspace, plan.file, 1);
    expect((await rejection(apply(workspace, saved, 1))).message).toBe(
      `[${saved}] is stale: something was applied since it was made, and nothing of it was applied now: make and review a new plan`,
    );
  });

  it("does not write over a state that something else has changed, and keeps its own", async () => {
    const { workspace, plan } = await planned({
      one: { provisioner: { "local-exec": { command: "sleep 1" } } },
    });
    const other = JSON.stringify({ version: 4, serial: 7, lineage: "another", resources: [] });
    const failed = await rejection(
      applyPlan({
        workspace: {
          apply: (file: string, options: Parameters<Workspace["apply"]>[1]) =>
            workspace.apply(file, {
              ...options,
              onEvent: (event) => {
                if (event.type === "apply_start") write(stateFile(), other);
                options?.onEvent?.(event);
              },
            }),
        },
        planFile: plan.file,
        total: 1,
        env: {},
        report: () => undefined,
      }),
    );
    expect(failed.message).toContain("1 of 1 changes were applied");
    expect(readFileSync(stateFile(), "utf8")).toBe(other);
    expect(readFileSync(join(workspace.folder, "errored.tfstate"), "utf8")).toContain('"name": "one"');
  });

  it("goes on after a kill with what was made and no state knows", async () => {
    const resources = { one: { input: "first" }, two: { input: "second", depends_on: ["terraform_data.one"] } };
    const { workspace, plan } = await planned(resources);
    let terraform = 0;
    const killed = await workspace.apply(plan.file, {
      onStart: (_, pid) => {
        terraform = pid;
      },
      onEvent: ({ type }) => {
        if (type === "apply_complete") process.kill(terraform, "SIGKILL");
      },
    });
    expect(killed.signal).toBe("SIGKILL");
    expect(existsSync(stateFile())).toBe(false);

    const again = await planned(resources);
    const changes = (JSON.parse(again.plan.json) as { resource_changes: { address: string; change: object }[] })
      .resource_changes;
    expect(changes.find(({ address }) => address === "terraform_data.one")?.change).toHaveProperty("importing");
    await apply(again.workspace, again.plan.file, 2);
    expect(stored().resources.map(({ name }) => name)).toEqual(["one", "two"]);
    expect((await again.workspace.plan()).hasChanges).toBe(false);
    expect(existsSync(join(workspace.folder, "recovery.tf.json"))).toBe(false);
  });

  it("names each resource that failed, and no secret", async () => {
    const { workspace, plan } = await planned({
      bad: { provisioner: { "local-exec": { command: "echo canary-value; exit 3" } } },
    });
    const { message } = await rejection(apply(workspace, plan.file, 1, { TF_VAR_admin: "canary-value" }));
    expect(message).toMatch(
      /^\[terraform apply\] exited with 1 when 0 of 1 changes were applied; 1 failed: mend what is named and deploy again/,
    );
    expect(message).toMatch(/^\[terraform_data\.bad\] local-exec provisioner error: .*exit status 3/m);
    expect(message).toContain("(sensitive)");
    expect(message).not.toContain("canary-value");
  });

  it("asks for no mending where all that failed is there already", async () => {
    const words = 'Identity Entity "analyst" already exists. Entity resource ID "1531-5456" may be imported.';
    const { workspace, plan } = await planned({
      analyst: { provisioner: { "local-exec": { command: `echo '${words}'; exit 3` } } },
    });
    const { message } = await rejection(apply(workspace, plan.file, 1));
    expect(message).toContain("; 1 failed: deploy again, which takes over what is there already:\n");
  });

  it("has Terraform stop by itself when it is interrupted, and says how far it came", async () => {
    const { workspace, plan } = await planned({
      one: { input: "first" },
      slow: { depends_on: ["terraform_data.one"], provisioner: { "local-exec": { command: "sleep 30" } } },
    });
    const lines: string[] = [];
    const began = Date.now();
    const interrupt = setInterval(() => {
      // The stream is written down, so that it tells when the slow one has begun.
      const journal = join(workspace.folder, "journal.jsonl");
      if (!existsSync(journal) || !readFileSync(journal, "utf8").includes("terraform_data.slow")) return;
      clearInterval(interrupt);
      process.emit("SIGINT");
    }, 20);
    const failed = await rejection(
      applyPlan({ workspace, planFile: plan.file, total: 2, env: {}, report: (line) => void lines.push(line) }),
    );
    expect(Date.now() - began).toBeLessThan(25_000);
    expect(failed.message).toMatch(
      /^\[terraform apply\] was interrupted when 1 of 2 changes were applied: deploy again for the rest/,
    );
    expect(lines).toContain("stops after what is being applied; again to stop at once");
    expect(stored().resources.map(({ name }) => name)).toContain("one");
  });

  it("serves a state to nobody but Terraform", async () => {
    const { workspace, plan } = await planned({
      curl: {
        provisioner: {
          "local-exec": {
            command: `node -e 'fetch(process.env.TF_HTTP_ADDRESS).then((r) => process.exit(r.status === 401 ? 0 : 9))'`,
          },
        },
      },
    });
    await expect(apply(workspace, plan.file, 1)).resolves.toBeUndefined();
  });
});

describe("a saved plan", () => {
  it("is told from one of another stack, of another declaration, and from what is no plan", async () => {
    const { workspace, plan } = await planned({ one: { input: "first" } });
    expect(() => checkPlanIsOf(plan.file, "dev", workspace.stack)).not.toThrow();
    expect(() => checkPlanIsOf(plan.file, "prod", workspace.stack)).toThrow(
      `[${plan.file}] is a plan of dev, not of prod: give the plan of this environment`,
    );
    const changed = await workspaceOf({ one: { input: "changed" } });
    expect(() => checkPlanIsOf(plan.file, "dev", changed.stack)).toThrow(
      `[${plan.file}] was made from another declaration than the present one: make and review a new plan`,
    );
    const json = join(scratch(), "plan.json");
    writeFileSync(json, plan.json);
    expect(() => checkPlanIsOf(json, "dev", workspace.stack)).toThrow(
      `[${json}] is no saved plan of a synthesised stack: give the file, not what terraform show says of it`,
    );
    expect(() => checkPlanIsOf(join(scratch(), "none"), "dev", workspace.stack)).toThrow("none] can't be read");
  });
});
