import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isRunning, type RunResult, startDaemon } from "../../cli/processes";
import { hostEnvironment, type HostEnvironment } from "../../environments/load";
import { failureOf, isAsDeclared, labels, meant } from "./dev-deployment";
import { testContext } from "./parts";
import { Deployment, describeOnEachServer } from "./rig";

const keyAnswer = z.object({ data: z.object({ key_name: z.string() }) });
const issuerAnswer = z.object({ data: z.object({ certificate: z.string() }) });
const issuedAnswer = z.object({ data: z.object({ ca_chain: z.array(z.string()) }) });
const planContent = z.object({ resource_changes: z.array(z.object({ address: z.string(), mode: z.string() })) });

/** When Terraform is killed: as it begins to make a resource, or when that is made. */
type Moment = readonly [event: "apply_start" | "apply_complete", address: string];

/** By hand: T23_EVERYWHERE=. is every resource, and takes an hour; another pattern is those whose addresses it meets. */
const everywhere = hostEnvironment()["T23_EVERYWHERE"];

describeOnEachServer("a deployment that was killed", (product, lab) => {
  const dev = new Deployment(lab, "dev");
  const operator = () => lab.operator();
  const nameOfKey = async (id = "") => (await operator().read(`pki-root/key/${id}`, keyAnswer)).data.key_name;

  /** Applies up to a moment, then kills Terraform. */
  const killedAt = async ([type, address]: Moment, env: HostEnvironment): Promise<void> => {
    const workspace = await dev.workspace(env);
    await workspace.init();
    const { file } = await workspace.plan();
    let terraform = 0;
    const result = await workspace.apply(file, {
      onStart: (_, pid) => {
        terraform = pid;
      },
      onEvent: (event) => {
        if (event.type === type && event.hook.resource.addr.startsWith(address)) process.kill(terraform, "SIGKILL");
      },
    });
    expect(result.signal).toBe("SIGKILL");
    workspace.removePlan();
  };

  /** What was being made and has an id of the server's own is found by the first deployment, and taken over by the second. */
  const takenUp = async (env?: HostEnvironment): Promise<RunResult> => {
    // An entity that is taken over holds the name of a policy already whose text is known after the apply only.
    const allowed = ["--yes", "--allow", `${labels},access-unknown`];
    const first = await dev.leaseholdDeploy(allowed, env);
    if (first.code === 0) return first;
    expect(failureOf(first)?.join("\n")).toContain(": deploy again, which takes over what is there already:");
    const second = await dev.leaseholdDeploy(allowed, env);
    return { ...second, stderr: first.stderr + second.stderr };
  };

  /** A deployment after it succeeds, and nothing is left to do then. */
  const expectTakenUp = async (env?: HostEnvironment): Promise<RunResult> => {
    const result = await takenUp(env);
    expect(failureOf(result)).toBeUndefined();
    expect((await dev.leaseholdDeploy(["--yes"], env)).stdout).toBe(isAsDeclared);
    return result;
  };

  beforeAll(() => dev.bootstrap());
  beforeEach(() => dev.leaseholdDestroy());
  afterAll(() => dev.cleanUp());

  it("T23: is taken up, with the state in a local file", async () => {
    await killedAt(["apply_complete", "vault_mount.mount-database"], await dev.env());
    // The mount is there, and the state does not know it: to make it again would fail.
    expect(await operator().exists("sys/mounts/database")).toBe(true);
    const stateFile = join(dev.folder, "terraform.tfstate");
    expect(existsSync(stateFile) ? readFileSync(stateFile, "utf8") : "").not.toContain("vault_mount");
    expect((await expectTakenUp()).stdout).toMatch(/^dev: \d+ added, /);
    const user = await operator().issueCredentials("database", "app-readonly");
    await operator().revokeLease(user.leaseId);
  });

  it("T23: is taken up where it was giving a login to a person", async () => {
    await killedAt(["apply_start", "vault_identity_entity_alias.auth-userpass_developer"], await dev.env());
    await expectTakenUp();
  });

  /** The names of keys and of issuers are taken in the second case. */
  const keyOnly = "vault_pki_secret_backend_key.mount-pki-root";
  const keyAndIssuer = "vault_pki_secret_backend_issuer.mount-pki-root";
  const authorities = product === "vault" ? [keyOnly, keyAndIssuer] : [keyAndIssuer];
  it.each(authorities)(
    "T23: has an authority made anew that was cut short after %s, and set aside",
    async (address) => {
      await killedAt(["apply_complete", address], await dev.env());
      const [key] = await operator().list("pki-root/keys");
      expect(await nameOfKey(key)).toBe("root-2026");
      const { stderr } = await expectTakenUp();
      expect(stderr).toContain(`key pki-root/root-2026 is root-2026-set-aside-${key?.slice(0, 8)}`);
      expect(await nameOfKey(key)).toBe(`root-2026-set-aside-${key?.slice(0, 8)}`);
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

  it("T23: is taken up where leasehold itself was killed", async () => {
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
    await expectTakenUp();
  });

  if (everywhere !== undefined) {
    it(
      "T23: is taken up wherever it was killed",
      async () => {
        const workspace = await dev.workspace();
        await workspace.init();
        const { resource_changes: changes } = planContent.parse(JSON.parse((await workspace.plan()).json));
        workspace.removePlan();
        const addresses = changes.flatMap(({ mode, address }) => (mode === "managed" ? [address] : []));
        const moments = addresses
          .filter((address) => new RegExp(everywhere).test(address))
          .flatMap((address): Moment[] => [
            ["apply_start", address],
            ["apply_complete", address],
          ]);
        expect(moments).not.toEqual([]);
        for (const moment of moments) {
          await dev.leaseholdDestroy();
          await killedAt(moment, await dev.env());
          const { code, stderr } = await takenUp();
          expect({ moment, code, stderr: code === 0 ? "" : stderr }).toEqual({ moment, code: 0, stderr: "" });
          expect((await dev.leaseholdDeploy(["--yes"])).stdout).toBe(isAsDeclared);
        }
      },
      3 * 3600_000,
    );
  }

  it("T23: is taken up, with the state in PostgreSQL", async () => {
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
      await killedAt(["apply_complete", "vault_mount.mount-database"], env);
      await expectTakenUp(env);
    } finally {
      await lab.postgres().asSuperuser("postgres", (client) => client.query(`DROP DATABASE ${database} WITH (FORCE)`));
    }
  });
});
