import type { TerraformStack } from "cdktf";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { z } from "zod";
import { AppRoleAuth } from "../../constructs/auth/approle-auth";
import { AuditedHeader } from "../../constructs/system/audited-header";
import { FileAuditDevice } from "../../constructs/system/file-audit-device";
import { ConstructTrial } from "./construct-trial";
import { readParts, sharedLab } from "./parts";
import "./rig";

const mount = "audit-trial/approle";
const header = "X-Forwarded-For";
const missing = readParts().missing.vault;

interface Parameters {
  readonly tokenTtl: "20m" | "30m";
}

const entry = z.object({
  type: z.enum(["request", "response"]),
  request: z.object({
    operation: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.array(z.string())).optional(),
  }),
});
const loginAnswer = z.object({ auth: z.object({ client_token: z.string() }) });

/** OpenBao takes no audit devices through its API. */
const describeOnVault = missing === undefined ? describe : describe.skip;

describeOnVault(`audit devices on vault${missing === undefined ? "" : `: ${missing}`}`, () => {
  const lab = sharedLab("vault");
  const fileOf = (name: string) => lab.folder.at(`${name}.log`);
  const names = ["audit-trial-first", "audit-trial-second"] as const;
  const trial = new ConstructTrial<Parameters>(lab, {
    name: "audit-trial",
    parameters: { tokenTtl: "20m" },
    declare: (stack: TerraformStack, { tokenTtl }) => {
      // Declared after what they come before.
      new AppRoleAuth(stack, "AppRole", { path: mount }).addRole("ci", { tokenTtl });
      for (const name of names) new FileAuditDevice(stack, name, { path: name, filePath: fileOf(name) });
      new AuditedHeader(stack, "Header", { name: header });
    },
  });
  const address = () => `http://127.0.0.1:${lab.record().vaultPort}/v1`;

  /** An audit device whose file goes away would stop the server, and with it every other test. */
  async function cleanUp(): Promise<void> {
    const operator = lab.operator();
    for (const name of names) await operator.delete(`sys/audit/${name}`);
    await operator.delete(`sys/auth/${mount}`);
    await operator.delete(`sys/config/auditing/request-headers/${header}`);
    for (const name of names) rmSync(fileOf(name), { force: true });
    trial.forget();
  }

  const entriesOf = (name: (typeof names)[number]) =>
    readFileSync(fileOf(name), "utf8")
      .trim()
      .split("\n")
      .map((line) => entry.parse(JSON.parse(line)));

  async function devices(): Promise<string[]> {
    const answer = await fetch(`${address()}/sys/audit`, { headers: { "X-Vault-Token": lab.rootToken() } });
    const { data } = z.object({ data: z.record(z.string(), z.unknown()) }).parse(await answer.json());
    return Object.keys(data).sort();
  }

  beforeAll(async () => {
    await cleanUp();
    await trial.deploy();
  });

  afterAll(cleanUp);

  it("are there, and need no second deployment", async () => {
    expect(await devices()).toEqual(names.map((name) => `${name}/`));
    expect((await trial.plan()).code).toBe(0);
  });

  it("saw the auth method being mounted, so that they were there first", () => {
    for (const name of names) {
      expect(entriesOf(name).map(({ request }) => `${request.operation} ${request.path}`)).toEqual(
        expect.arrayContaining([`update sys/auth/${mount}`, `create auth/${mount}/role/ci`]),
      );
    }
  });

  it("write to files that their owner alone reads", () => {
    for (const name of names) expect(statSync(fileOf(name)).mode & 0o777).toBe(0o600);
  });

  it("write credentials down as HMACs, and the client that a load balancer names as it is", async () => {
    const operator = lab.operator();
    const body = {
      role_id: await operator.readRoleId(mount, "ci"),
      secret_id: await operator.issueSecretId(mount, "ci"),
    };
    const answer = await fetch(`${address()}/auth/${mount}/login`, {
      method: "POST",
      headers: { [header]: "203.0.113.7" },
      body: JSON.stringify(body),
    });
    const { auth } = loginAnswer.parse(await answer.json());
    for (const name of names) {
      const text = readFileSync(fileOf(name), "utf8");
      for (const secret of [auth.client_token, body.secret_id, lab.rootToken()]) expect(text).not.toContain(secret);
      expect(text).toMatch(/"client_token":"hmac-sha256:/);
      const login = entriesOf(name).filter(({ request }) => request.path === `auth/${mount}/login`);
      expect(login.map(({ type }) => type)).toEqual(["request", "response"]);
      expect(login[0]?.request.headers).toMatchObject({ [header.toLowerCase()]: ["203.0.113.7"] });
    }
  });

  it("stay where they are when a login changes", async () => {
    const before = entriesOf("audit-trial-first").length;
    await trial.deploy({ tokenTtl: "30m" });
    const since = entriesOf("audit-trial-first").slice(before);
    expect(since.map(({ request }) => request.path)).toContain(`auth/${mount}/role/ci`);
    expect(since.filter(({ request }) => /^sys\/audit\/./.test(request.path))).toEqual([]);
  });

  it("see the auth method go before they go themselves, and leave their files", async () => {
    await trial.destroy();
    expect(await devices()).toEqual([]);
    for (const name of names) {
      expect(existsSync(fileOf(name))).toBe(true);
      expect(entriesOf(name).map(({ request }) => `${request.operation} ${request.path}`)).toContain(
        `delete sys/auth/${mount}`,
      );
    }
  });
});
