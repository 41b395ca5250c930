import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ProviderFeatures } from "../../constructs/core/provider-features";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import { declare, described, destroyable, kvMount, type KvTrial, seeded } from "./declarations/kv";
import { readParts } from "./parts";
import { loginAs, type Method, statusOf } from "./requests";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/kv");
const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const metadataAnswer = z.object({
  data: z.object({
    cas_required: z.boolean(),
    current_version: z.number(),
    custom_metadata: z.record(z.string(), z.string()).nullable(),
    delete_version_after: z.string(),
    max_versions: z.number(),
  }),
});
const valueAnswer = z.object({ data: z.object({ data: z.record(z.string(), z.string()) }) });

/** Who asks, how, for what, with which body, and what is answered. */
type Request = readonly [login: string, method: Method, path: string, status: number, body?: object];

const titleOf = ([login, method, path]: Request) => `${login} ${method} ${path}`;
const written = (cas: number) => ({ data: { key: "value" }, options: { cas } });
const first = { versions: [1] };

/** In this order: what is deleted is restored and destroyed further down. */
const allowed: readonly Request[] = [
  ["write", "POST", "data/trial/shop/new", 200, written(0)],
  ["write", "PATCH", "data/trial/shop/new", 200, written(1)],
  ["read", "GET", "data/trial/shop/new", 200],
  ["read", "GET", "metadata/trial/shop/new", 200],
  ["list", "LIST", "metadata/trial/shop", 200],
  ["list", "LIST", "metadata/trial/shop/payments", 200],
  ["describe", "POST", "metadata/trial/shop/new", 204, { custom_metadata: { owner: "shop" } }],
  ["describe", "GET", "metadata/trial/shop/new", 200],
  ["delete", "POST", "delete/trial/shop/new", 204, first],
  ["undelete", "POST", "undelete/trial/shop/new", 204, first],
  ["delete", "DELETE", "data/trial/shop/new", 204],
  ["destroy", "POST", "destroy/trial/shop/new", 204, first],
  ["destroy", "DELETE", "metadata/trial/shop/new", 204],
];

const refused: readonly Request[] = [
  // A neighbour whose name begins alike, and another application.
  ["read", "GET", "data/trial/shopping/cart", 403],
  ["read", "GET", "metadata/trial/other", 403],
  ["write", "POST", "data/trial/shopping/cart", 403, written(0)],
  ["list", "LIST", "metadata/trial", 403],
  ["list", "LIST", "metadata/trial/shopping", 403],
  ["describe", "POST", "metadata/trial/shopping", 403, {}],
  ["delete", "DELETE", "data/trial/shopping/cart", 403],
  ["undelete", "POST", "undelete/trial/shopping/cart", 403, first],
  ["destroy", "POST", "destroy/trial/shopping/cart", 403, first],
  ["destroy", "DELETE", "metadata/trial/shopping/cart", 403],
  // What another grant would give.
  ["read", "POST", `data/${described}`, 403, written(0)],
  ["read", "LIST", "metadata/trial/shop", 403],
  ["write", "GET", `data/${described}`, 403],
  ["write", "POST", `metadata/${described}`, 403, { max_versions: 1 }],
  ["write", "DELETE", `data/${described}`, 403],
  ["list", "GET", `data/${described}`, 403],
  ["describe", "GET", `data/${described}`, 403],
  ["describe", "DELETE", `metadata/${described}`, 403],
  ["delete", "POST", `destroy/${described}`, 403, first],
  ["delete", "POST", `undelete/${described}`, 403, first],
  ["undelete", "POST", `delete/${described}`, 403, first],
  ["destroy", "DELETE", `data/${described}`, 403],
  ["destroy", "POST", "config", 403, { cas_required: false }],
];

describeOnEachServer("KV", (_product, lab) => {
  const secrets = { smtp_host: "mail.example.com", smtp_password: `canary-${randomBytes(12).toString("hex")}` };
  const byHand = `canary-${randomBytes(12).toString("hex")}`;
  const trial = new Trial<KvTrial>(lab, file, declare, { owner: "payments", dataVersion: 1, declared: true }, secrets);
  const tokens = new Map<string, string>();
  let output = "";
  const vault = () => lab.operator();
  const metadataOf = async (path: string) => (await vault().read(`${kvMount}/metadata/${path}`, metadataAnswer)).data;
  const valueOf = async (path: string) => (await vault().read(`${kvMount}/data/${path}`, valueAnswer)).data.data;

  async function ask(...[login, method, path, , body]: Request): Promise<number> {
    const token = tokens.get(login) ?? (await loginAs(lab, kvMount, login));
    tokens.set(login, token);
    return statusOf(lab, token, method, `${kvMount}/${path}`, body);
  }
  /** Files of the trial, without the provider. */
  const holding = (canary: string) =>
    readdirSync(trial.folder, { recursive: true, encoding: "utf8" })
      .filter((name) => !name.includes(".terraform/") && statSync(join(trial.folder, name)).isFile())
      .filter((name) => readFileSync(join(trial.folder, name), "utf8").includes(canary));

  async function cleanUp(): Promise<void> {
    await vault().delete(`sys/mounts/${kvMount}`);
    await vault().delete("sys/policies/acl/kv-trial-deployer");
    await trial.cleanUp();
  }

  beforeAll(async () => {
    await cleanUp();
    await vault().write("sys/policies/acl/kv-trial-deployer", { policy: deployerPolicy(trial.environment).toHcl() });
    const asked = { policies: ["kv-trial-deployer"], ttl: "30m" };
    trial.token = (await vault().ask("auth/token/create", asked, tokenAnswer)).auth.client_token;
    output = await trial.deploy();
  });

  afterAll(cleanUp);

  it("T14: is deployed with the policy that was written for it, and needs no second deployment", async () => {
    expect((await trial.plan()).code).toBe(0);
  });

  it("is a mount with versions, and is told what was declared", async () => {
    const answer = z.object({ data: z.record(z.string(), z.unknown()) });
    const { data: mount } = await vault().read(`sys/mounts/${kvMount}`, answer);
    expect(mount).toMatchObject({ type: "kv", options: { version: "2" } });
    const { data: config } = await vault().read(`${kvMount}/config`, answer);
    expect(config).toMatchObject({ cas_required: true, max_versions: 5, delete_version_after: "720h0m0s" });
  });

  it("says of a secret what was declared, without writing a value", async () => {
    expect(await metadataOf(described)).toEqual({
      cas_required: false,
      current_version: 0,
      custom_metadata: { owner: "payments", rotation: "by hand" },
      delete_version_after: "1h30m0s",
      max_versions: 3,
    });
  });

  it("T15: seeds a secret; only a provider without write-only arguments leaves it in the state, and says so", async () => {
    expect(await valueOf(seeded)).toEqual({ host: secrets.smtp_host, password: secrets.smtp_password });
    const writeOnly = ProviderFeatures.of(readParts().provider.constraint).has("kvDataWriteOnly");
    expect(holding(secrets.smtp_password).filter((name) => !/^(terraform\.tfstate|.*\/plan$)/.test(name))).toEqual([]);
    expect(holding(secrets.smtp_password).includes("terraform.tfstate")).toBe(!writeOnly);
    expect(output).not.toContain(secrets.smtp_password);
    expect(/may lack data_json_wo/.test(output)).toBe(!writeOnly);
  });

  it("refuses a write that does not name the version it replaces", async () => {
    const path = `${kvMount}/data/${described}`;
    const ask = (body: object) => statusOf(lab, lab.rootToken(), "POST", path, body);
    expect(await ask({ data: { key: byHand } })).toBe(400);
    expect(await ask({ data: { key: byHand }, options: { cas: 0 } })).toBe(200);
    expect(await ask({ data: { key: byHand }, options: { cas: 0 } })).toBe(400);
  });

  it("takes back what is declared no more, and leaves values alone", async () => {
    await trial.deploy({ owner: undefined });
    expect(await metadataOf(described)).toMatchObject({ custom_metadata: null, current_version: 1, max_versions: 0 });
    expect(await valueOf(described)).toEqual({ key: byHand });
    expect((await trial.plan()).code).toBe(0);
  });

  it("sees what was said differently beside it", async () => {
    await vault().write(`${kvMount}/metadata/${described}`, { custom_metadata: { owner: "nobody" } });
    expect((await trial.plan()).code).toBe(2);
    await trial.deploy();
    expect(await metadataOf(described)).toMatchObject({ custom_metadata: null });
  });

  describe("once somebody has written what was seeded", () => {
    const body = { data: { password: byHand }, options: { cas: 1 } };

    it("knows nothing of it", async () => {
      await vault().write(`${kvMount}/data/${seeded}`, body);
      expect((await trial.plan()).code).toBe(0);
      await trial.deploy({ owner: "orders" });
      expect(await valueOf(seeded)).toEqual({ password: byHand });
      expect(holding(byHand)).toEqual([]);
    });

    it("is refused by the server to write over it", async () => {
      await expect(trial.leaseholdDeploy({ dataVersion: 2 })).rejects.toThrow(/check-and-set/);
      expect(await valueOf(seeded)).toEqual({ password: byHand });
    });

    it("writes the version that comes next", async () => {
      await trial.deploy({ dataVersion: 3 });
      expect(await valueOf(seeded)).toMatchObject({ password: secrets.smtp_password });
      expect((await trial.plan()).code).toBe(0);
    });
  });

  describe("grants", () => {
    it.each(allowed.map((request) => ({ title: titleOf(request), request })))("let $title", async ({ request }) => {
      expect(await ask(...request)).toBe(request[3]);
    });

    it.each(refused.map((request) => ({ title: titleOf(request), request })))("refuse $title", async ({ request }) => {
      await vault().write(`${kvMount}/metadata/trial/shopping/cart`, {});
      expect(await ask(...request)).toBe(403);
    });
  });

  it("leaves secrets that are declared no more, unless there is a reason to destroy one", async () => {
    await trial.deploy({ declared: false });
    expect(await valueOf(described)).toEqual({ key: byHand });
    expect(await vault().exists(`${kvMount}/metadata/${destroyable}`)).toBe(false);
    // What was seeded is deleted, and can be restored.
    expect(await vault().exists(`${kvMount}/data/${seeded}`)).toBe(false);
    await vault().write(`${kvMount}/undelete/${seeded}`, { versions: [3] });
    expect(await valueOf(seeded)).toMatchObject({ password: secrets.smtp_password });
    expect((await trial.plan()).code).toBe(0);
  });

  it("is destroyed with all that is in it by whoever deployed it", async () => {
    await trial.deploy({ declared: true, dataVersion: 4 });
    await trial.leaseholdDestroy();
    expect(await vault().exists(`sys/mounts/${kvMount}`)).toBe(false);
    const left = [...(await vault().list("sys/policies/acl")), ...(await vault().list("auth/approle/role"))];
    expect(left.filter((name) => name.startsWith("kv-trial") && name !== "kv-trial-deployer")).toEqual([]);
  });
});
