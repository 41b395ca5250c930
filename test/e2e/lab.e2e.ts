import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Lab } from "../../cli/lab/lab";
import { LabDeployment } from "../../cli/lab/lab-deployment";
import type { LabUpResult } from "../../cli/lab/up";
import { findTerraform } from "../../cli/parts/terraform";
import { mirrorVariable } from "../../cli/parts/vault-provider";
import { isRunning, run } from "../../cli/processes";
import { writeFileAtomically } from "../../cli/files";
import { isPostgres } from "../../environments/databases/schema";
import { loadEnvironment } from "../../environments/load";
import { listen, listeners } from "./listeners";
import { readParts, testContext } from "./parts";
import { describeOnEachServer, leasehold } from "./rig";

describeOnEachServer("npm run lab", (product) => {
  const name = `e2e-lab-${product}`;
  const lab = new Lab(testContext(), name);
  const deployment = new LabDeployment(testContext(), lab);
  const { provider } = readParts();
  const { env } = testContext({ NO_COLOR: "1" });
  const command = (...args: string[]) => leasehold(["lab", ...args, "--name", name], env);

  /** `lab up`, which must succeed. */
  async function up(): Promise<LabUpResult> {
    const { code, stdout, stderr } = await command("up", "--no-docker", "--server", product, "--json");
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as LabUpResult;
  }

  /** The one line that a refused command ends with. */
  async function refusal(...args: string[]): Promise<string> {
    const { code, stderr, stdout } = await command(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    return stderr.trim().split("\n").at(-1) ?? "";
  }

  beforeAll(() => command("reset"));
  afterAll(() => command("reset"));

  it("ends with credentials that were used, for reading and for writing", async () => {
    const { status, credentials } = await up();
    expect(status).toMatchObject({ name, product, vault: { state: "ready" }, postgres: { state: "ready" } });
    expect(credentials).toMatchObject([
      { role: "app-readonly", ttl: "1h", ordersRead: 3, couldWrite: false },
      { role: "app-writer", ttl: "2h", ordersRead: 3, couldWrite: true },
    ]);
    for (const { role, user } of credentials)
      expect(user).toMatch(new RegExp(`^v-${role}-[0-9a-f]{8}-\\w{20}-\\d{10}$`));
  });

  it("runs as in production: raft, 5 shares of which 3 open it, keys that only the owner reads", async () => {
    const status = await lab.operator().sealStatus();
    expect(status).toMatchObject({ sealed: false, t: 3, n: 5, storage_type: "raft" });
    const keys = JSON.parse(readFileSync(lab.folder.at("keys.json"), "utf8")) as { unsealKeys: string[] };
    expect(keys.unsealKeys).toHaveLength(5);
    expect(statSync(lab.folder.at("keys.json")).mode & 0o777).toBe(0o600);
    expect(statSync(lab.folder.path).mode & 0o777).toBe(0o700);
  });

  it("listens on loopback only", () => {
    const { vaultPort, clusterPort, postgresPort } = lab.record();
    for (const port of [vaultPort, clusterPort, postgresPort]) expect(listeners(port)).toEqual(["127.0.0.1"]);
  });

  it("T14: has an empty second plan", async () => {
    expect(await planCode()).toBe(0);
  });

  it("T15: the admin password that provider 4.4 keeps in state opens nothing, and lies nowhere else", async () => {
    const { adminPassword, rootToken, unsealKeys } = JSON.parse(readFileSync(lab.folder.at("keys.json"), "utf8")) as {
      adminPassword: string;
      rootToken: string;
      unsealKeys: string[];
    };
    const [database] = loadEnvironment("lab", {}).databases.filter(isPostgres);
    expect(database && (await deployment.adminPasswordOpens(database))).toBe(false);
    const files = filesBelow(lab.folder.path).filter((path) => !/\/keys\.json$|\/postgres\/|\/raft\//.test(path));
    const writeOnly = provider.constraint.includes("5.");
    expect(
      files
        .filter((path) => readFileSync(path).includes(adminPassword))
        .filter((path) => !/terraform\.tfstate/.test(path)),
    ).toEqual([]);
    expect(readFileSync(lab.folder.at("terraform.tfstate"), "utf8").includes(adminPassword)).toBe(!writeOnly);
    for (const secret of [rootToken, ...unsealKeys])
      expect(files.filter((path) => readFileSync(path).includes(secret))).toEqual([]);
  });

  it("is safe to run twice, and keeps what is there", async () => {
    const before = lab.record();
    await up();
    expect(lab.record()).toEqual(before);
  });

  it("brings back a Vault that was killed", async () => {
    const { vault } = lab.record();
    if (vault === undefined) throw new Error("no Vault is recorded");
    process.kill(vault.pid, "SIGKILL");
    while (await isRunning(vault)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await lab.status()).vault.state).toBe("stopped");
    expect((await up()).status.vault.state).toBe("ready");
  });

  it("unseals a Vault that was sealed", async () => {
    await lab.operator().write("sys/seal", {});
    expect(JSON.parse((await command("status", "--json")).stdout)).toMatchObject({ vault: { state: "sealed" } });
    expect((await up()).status.vault.state).toBe("ready");
  });

  it("says who listens on its ports when another process does", async () => {
    await command("down");
    const port = lab.record().vaultPort;
    const other = await listen(port);
    try {
      expect(await refusal("up", "--json")).toBe(
        `[vault of lab ${name}] port ${port} of 127.0.0.1 is in use by another process: ` +
          `end that process, or run "leasehold lab reset --name ${name}" to get new ports`,
      );
    } finally {
      other.close();
    }
    await command("down"); // PostgreSQL had started before Vault could not
    const chosen = await listen(0);
    const taken = (chosen.address() as { port: number }).port;
    try {
      expect(await refusal("up", "--vault-port", String(taken))).toContain(
        `[--vault-port] port ${taken} of 127.0.0.1 is in use`,
      );
      expect(await refusal("up", "--postgres-port", String(taken))).toContain(
        `[--postgres-port] port ${taken} of 127.0.0.1 is in use`,
      );
    } finally {
      chosen.close();
    }
    const { status } = await up();
    expect(await refusal("up", "--vault-port", "1")).toBe(
      `[--vault-port] lab ${name} runs on port ${new URL(status.vault.address).port}, not 1: run "leasehold lab down --name ${name}" first`,
    );
  });

  it("refuses another server's keys, and keys that are gone, and another product", async () => {
    const path = lab.folder.at("keys.json");
    const right = readFileSync(path, "utf8");
    const other = product === "vault" ? "openbao" : "vault";
    try {
      await lab.operator().write("sys/seal", {});
      const wrong = JSON.parse(right) as { unsealKeys: string[] };
      wrong.unsealKeys = wrong.unsealKeys.map((key) => Buffer.from(key, "base64").reverse().toString("base64"));
      writeFileAtomically(path, JSON.stringify(wrong), 0o600);
      expect(await refusal("up")).toBe(
        `[Vault] does not accept the keys in keys.json: they are another server's: put the right file back, or run "leasehold lab reset" to begin anew`,
      );
      writeFileAtomically(path, JSON.stringify({ ...wrong, unsealKeys: undefined, rootToken: undefined }), 0o600);
      expect(await refusal("up")).toContain("[Vault] is initialised, and its keys are not in keys.json");
      rmSync(path);
      expect(await refusal("up")).toBe(
        `[lab ${name}] its keys.json is gone: run "leasehold lab reset --name ${name}" to begin anew`,
      );
    } finally {
      writeFileAtomically(path, right, 0o600);
    }
    expect(await refusal("up", "--server", other)).toContain(
      `was made with ${product}, and ${other} can't open its data`,
    );
    await up();
  });

  it("names the missing prerequisite in a sentence", async () => {
    const folder = mkdtempSync(join(tmpdir(), "leasehold-path-"));
    symlinkSync(process.execPath, join(folder, "node"));
    expect((await leasehold(["lab", "up", "--name", name], { ...env, PATH: folder })).stderr.trim()).toBe(
      "[terraform] neither terraform nor tofu is on PATH: install Terraform 1.11 or later, or OpenTofu 1.11 or later",
    );
    const { stderr } = await leasehold(["lab", "up", "--name", name], { ...env, [mirrorVariable]: folder });
    expect(stderr).toContain(`[${mirrorVariable}] ${folder} holds no hashicorp/vault 4.4.0 or later`);
    rmSync(folder, { recursive: true });
  });

  it("T18: is destroyed with live leases, and comes up again although Vault took the admin's password with it", async () => {
    const output = lab.folder.at("cdktf.out");
    const variables = { ...env, ...(await deployment.variables()) };
    const { code, stdout } = await leasehold(["destroy", "lab", "--yes", "--output", output], variables);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^database: [1-9]\d* leases revoked\nlab: [1-9]\d* resources destroyed$/m);
    expect((await up()).credentials).toHaveLength(2);
  });

  it("prints variables with which a shell reaches it, and logs", async () => {
    const variables = JSON.parse((await command("env", "--json")).stdout) as Record<string, string>;
    const shell = await run("sh", [
      "-c",
      `eval "$1"; printf %s "$VAULT_ADDR $VAULT_TOKEN"`,
      "sh",
      (await command("env")).stdout,
    ]);
    expect(shell.stdout).toBe(`${variables["VAULT_ADDR"]} ${variables["VAULT_TOKEN"]}`);
    const logs = JSON.parse((await command("logs", "--lines", "3", "--json")).stdout) as { server: string }[];
    expect(logs.map(({ server }) => server)).toEqual(["vault", "vault", "vault", "postgres", "postgres", "postgres"]);
  });

  it("down ends every process, and reset leaves nothing", async () => {
    const { vault, postgres, vaultPort, postgresPort } = lab.record();
    expect((await command("down")).stdout.trim()).toBe(`lab ${name} is stopped`);
    for (const daemon of [vault, postgres]) expect(daemon && (await isRunning(daemon))).toBe(false);
    for (const port of [vaultPort, postgresPort]) (await listen(port)).close();
    expect((await command("status")).stdout).toContain("stopped");
    expect((await command("reset")).code).toBe(0);
    expect(readdirSync(dirname(lab.folder.path))).not.toContain(name);
    expect(await refusal("down")).toContain(`[lab ${name}] there is no lab of that name`);
  });

  async function planCode(): Promise<number> {
    const { path } = await findTerraform(env);
    const [cwd, variables] = [
      lab.folder.at("cdktf.out", "stacks", "lab"),
      { ...env, ...(await deployment.variables()) },
    ];
    return (await run(path, ["plan", "-input=false", "-detailed-exitcode"], { cwd, env: variables })).code;
  }
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
