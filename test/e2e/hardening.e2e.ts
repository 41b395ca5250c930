import type { TerraformStack } from "cdktf";
import { existsSync, rmSync } from "node:fs";
import { z } from "zod";
import { UserpassAuth } from "../../constructs/auth/userpass-auth";
import { KvSecretsEngine } from "../../constructs/secrets/kv-secrets-engine";
import { Hardening } from "../../constructs/system/hardening";
import { ConstructTrial } from "./construct-trial";
import { statusOf } from "./requests";
import { describeOnEachServer } from "./rig";

const users = "hardening-trial/users";
const secrets = "hardening-trial/secrets";
const headersAnswer = z.object({ data: z.object({ headers: z.record(z.string(), z.unknown()) }) });
const answer = z.object({ data: z.record(z.string(), z.unknown()) });

describeOnEachServer("a hardened server", (product, lab) => {
  const [first, second] = [lab.folder.at("hardening-first.log"), lab.folder.at("hardening-second.log")];
  const trial = new ConstructTrial<object>(lab, {
    name: "hardening-trial",
    parameters: {},
    declare: (stack: TerraformStack) => {
      const hardening = new Hardening(stack, "Hardening", {
        auditFile: first,
        secondAudit:
          product === "vault"
            ? { type: "file", filePath: second }
            : { type: "server-configuration", document: "the server's own" },
      });
      hardening.limitLogins(new UserpassAuth(stack, "Users", { path: users }), { rate: 2 });
      new KvSecretsEngine(stack, "Secrets", { path: secrets, ...hardening.kv });
    },
  });
  const operator = () => lab.operator();
  const settings = async () => ({
    headers: await operator().list("sys/config/ui/headers"),
    limits: await operator().list("sys/quotas/rate-limit"),
    passwords: await operator().list("sys/policies/password"),
    audited: Object.keys((await operator().read("sys/config/auditing/request-headers", headersAnswer)).data.headers),
  });
  let before: Awaited<ReturnType<typeof settings>>;

  /** An audit device whose file goes away would stop the server, and with it every other test. */
  async function cleanUp(): Promise<void> {
    for (const path of ["audit/file", "audit/second-file", `auth/${users}`, `mounts/${secrets}`]) {
      if (product === "vault" || !path.startsWith("audit/")) await operator().delete(`sys/${path}`);
    }
    for (const limit of ["requests", "logins-hardening-trial-users"]) {
      await operator().delete(`sys/quotas/rate-limit/${limit}`);
    }
    for (const header of ["X-Content-Type-Options", "Referrer-Policy"]) {
      await operator().delete(`sys/config/ui/headers/${header}`);
    }
    for (const header of ["X-Forwarded-For", "X-Real-IP"]) {
      await operator().delete(`sys/config/auditing/request-headers/${header}`);
    }
    await operator().delete("sys/policies/password/strong");
    for (const file of [first, second]) rmSync(file, { force: true });
    trial.forget();
  }

  beforeAll(async () => {
    await cleanUp();
    before = await settings();
    await trial.deploy();
  });

  afterAll(cleanUp);

  it("is so by one construct, and needs no second deployment", async () => {
    expect((await trial.plan()).code).toBe(0);
    const after = await settings();
    expect(after.headers.map((name) => name.toLowerCase())).toEqual(
      expect.arrayContaining(["x-content-type-options", "referrer-policy"]),
    );
    expect(after.limits).toEqual(expect.arrayContaining(["requests", "logins-hardening-trial-users"]));
    expect(after.audited.map((name) => name.toLowerCase())).toEqual(
      expect.arrayContaining(["x-forwarded-for", "x-real-ip"]),
    );
    expect((await operator().read("sys/quotas/rate-limit/requests", answer)).data).toMatchObject({
      rate: 500,
      interval: 1,
      path: "",
    });
  });

  it("writes down who asks, in both files, or where its own configuration says", () => {
    for (const file of [first, second]) expect(existsSync(file)).toBe(product === "vault");
  });

  it("makes strong passwords", async () => {
    const { data } = await operator().read("sys/policies/password/strong/generate", answer);
    expect(data["password"]).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*[-._~])[A-Za-z0-9._~-]{24}$/);
  });

  it("takes no write to a secret that does not name what it replaces", async () => {
    const write = (body: object) => statusOf(lab, lab.rootToken(), "POST", `${secrets}/data/app`, body);
    expect(await write({ data: { key: "one" } })).toBe(400);
    expect(await write({ data: { key: "one" }, options: { cas: 0 } })).toBe(200);
  });

  it("lets nobody try passwords without end, and reads of the method go on", async () => {
    const login = () => statusOf(lab, "", "POST", `auth/${users}/login/anna`, { password: "guessed" });
    const tried: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) tried.push(await login());
    expect(tried).toEqual([400, 400, 429, 429, 429]);
    for (let read = 0; read < 5; read++) {
      expect(await statusOf(lab, lab.rootToken(), "GET", `auth/${users}/users/anna`)).toBe(404);
    }
  });

  it("is as it was once that is destroyed", async () => {
    await trial.destroy();
    expect(await settings()).toEqual(before);
    expect(await operator().exists(`sys/mounts/${secrets}`)).toBe(false);
  });
});
