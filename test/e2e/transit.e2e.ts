import { z } from "zod";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import { declare, transitMount, type TransitTrial } from "./declarations/transit";
import { loginAs, type Method, statusOf } from "./requests";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/transit");
const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const keyAnswer = z.object({ data: z.record(z.string(), z.unknown()) });
const ciphertextAnswer = z.object({ data: z.object({ ciphertext: z.string() }) });
const plaintextAnswer = z.object({ data: z.object({ plaintext: z.string() }) });

const base64 = (text: string) => Buffer.from(text).toString("base64");
const text = "4111 1111 1111 1111";
const plaintext = { plaintext: base64(text) };
const input = { input: base64(text) };

/** Who asks, how, for what, with which body. */
type Request = readonly [login: string, method: Method, path: string, body?: object];

const refused: readonly Request[] = [
  ["encrypt", "POST", "encrypt/orders-other", plaintext],
  ["encrypt", "POST", "encrypt/made-by-use", plaintext],
  ["encrypt", "POST", "decrypt/orders", {}],
  ["decrypt", "POST", "decrypt/orders-other", {}],
  ["decrypt", "POST", "encrypt/orders", plaintext],
  ["rewrap", "POST", "rewrap/orders-other", {}],
  ["rewrap", "POST", "decrypt/orders", {}],
  ["hmac", "POST", "hmac/orders-other", input],
  ["hmac", "POST", "hmac/orders-other/sha2-512", input],
  ["hmac", "POST", "verify/orders", input],
  ["datakey", "POST", "datakey/plaintext/orders-other", {}],
  ["datakey", "POST", "datakey/wrapped/orders", {}],
  ["wrapped-datakey", "POST", "datakey/plaintext/orders", {}],
  ["read-key", "GET", "keys/orders-other"],
  ["read-key", "GET", "export/encryption-key/orders"],
  ["read-key", "POST", "keys/orders/rotate", {}],
  ["rotate", "POST", "keys/orders-other/rotate", {}],
  ["rotate", "POST", "keys/orders/config", { deletion_allowed: true }],
  ["rotate", "DELETE", "keys/orders"],
  ["sign", "POST", "sign/orders", input],
  ["sign", "POST", "verify/signer", input],
  ["verify", "POST", "sign/signer", input],
];

const titleOf = ([login, method, path]: Request) => `${login} ${method} ${path}`;

describeOnEachServer("Transit", (_product, lab) => {
  const trial = new Trial<TransitTrial>(lab, file, declare, { minDecryptionVersion: 1 }, {});
  const tokens = new Map<string, string>();
  let before = "";
  const vault = () => lab.operator();
  const keyOf = async (name: string) => (await vault().read(`${transitMount}/keys/${name}`, keyAnswer)).data;

  async function tokenOf(login: string): Promise<string> {
    const token = tokens.get(login) ?? (await loginAs(lab, transitMount, login));
    tokens.set(login, token);
    return token;
  }
  async function ask<T>(login: string, path: string, body: Record<string, unknown>, answer: z.ZodType<T>): Promise<T> {
    return vault()
      .withToken(await tokenOf(login))
      .ask(`${transitMount}/${path}`, body, answer);
  }
  const encrypt = async (login: string, key: string, body: Record<string, unknown> = plaintext) =>
    (await ask(login, `encrypt/${key}`, body, ciphertextAnswer)).data.ciphertext;
  const decrypt = async (ciphertext: string) => {
    const { data } = await ask("decrypt", "decrypt/orders", { ciphertext }, plaintextAnswer);
    return Buffer.from(data.plaintext, "base64").toString();
  };

  async function cleanUp(): Promise<void> {
    await vault().delete(`sys/mounts/${transitMount}`);
    await vault().delete("sys/policies/acl/transit-trial-deployer");
    await trial.cleanUp();
  }

  beforeAll(async () => {
    await cleanUp();
    const policy = deployerPolicy(trial.environment).toHcl();
    await vault().write("sys/policies/acl/transit-trial-deployer", { policy });
    const asked = { policies: ["transit-trial-deployer"], ttl: "30m" };
    trial.token = (await vault().ask("auth/token/create", asked, tokenAnswer)).auth.client_token;
    await trial.deploy();
  });

  afterAll(cleanUp);

  it("T14: is deployed with the policy that was written for it, and needs no second deployment", async () => {
    expect((await trial.plan()).code).toBe(0);
  });

  it("has keys that stay in Vault, are not deleted, and rotate by themselves", async () => {
    const safe = { exportable: false, allow_plaintext_backup: false, deletion_allowed: false };
    expect(await keyOf("orders")).toMatchObject({ ...safe, type: "aes256-gcm96", auto_rotate_period: 90 * 86_400 });
    expect(await keyOf("search")).toMatchObject({ ...safe, convergent_encryption: true, auto_rotate_period: 0 });
    expect(await keyOf("signer")).toMatchObject({ ...safe, type: "ecdsa-p256", auto_rotate_period: 0 });
    expect(await keyOf("mac")).toMatchObject({ ...safe, type: "hmac", auto_rotate_period: 30 * 86_400 });
    const asRoot = (method: Method, path: string) => statusOf(lab, lab.rootToken(), method, `${transitMount}/${path}`);
    expect(await asRoot("GET", "export/encryption-key/orders")).toBe(400);
    expect([400, 500]).toContain(await asRoot("GET", "backup/orders"));
    expect([400, 500]).toContain(await asRoot("DELETE", "keys/orders"));
  });

  it("encrypts for one login and decrypts for another", async () => {
    before = await encrypt("encrypt", "orders");
    expect(before).toMatch(/^vault:v1:/);
    expect(before).not.toContain(plaintext.plaintext);
    expect(await decrypt(before)).toBe(text);
  });

  it("gives the same for the same text and context, and for nothing else", async () => {
    const search = (context: string, word = text) =>
      encrypt("search", "search", { plaintext: base64(word), context: base64(context) });
    const one = await search("customers");
    expect(await search("customers")).toBe(one);
    expect(await search("suppliers")).not.toBe(one);
    expect(await search("customers", "another")).not.toBe(one);
    await expect(encrypt("search", "search")).rejects.toThrow(/context/);
    expect(await encrypt("encrypt", "orders")).not.toBe(before);
  });

  it("signs, verifies, makes HMACs and data keys", async () => {
    const signed = z.object({ data: z.object({ signature: z.string() }) });
    const valid = z.object({ data: z.object({ valid: z.boolean() }) });
    for (const end of ["", "/sha2-512"]) {
      const { data } = await ask("sign", `sign/signer${end}`, input, signed);
      expect(await ask("verify", `verify/signer${end}`, { ...input, ...data }, valid)).toMatchObject({
        data: { valid: true },
      });
      const forged = { input: base64("another"), ...data };
      expect(await ask("verify", `verify/signer${end}`, forged, valid)).toMatchObject({ data: { valid: false } });
    }
    const hmac = z.object({ data: z.object({ hmac: z.string() }) });
    const { data: first } = await ask("hmac", "hmac/orders", input, hmac);
    expect((await ask("hmac", "hmac/orders", input, hmac)).data).toEqual(first);
    const pair = z.object({ data: z.object({ ciphertext: z.string(), plaintext: z.string().optional() }) });
    const { data: dataKey } = await ask("datakey", "datakey/plaintext/orders", {}, pair);
    const { data: opened } = await ask(
      "decrypt",
      "decrypt/orders",
      { ciphertext: dataKey.ciphertext },
      plaintextAnswer,
    );
    expect(opened.plaintext).toBe(dataKey.plaintext);
    const { data: wrapped } = await ask("wrapped-datakey", "datakey/wrapped/orders", {}, pair);
    expect(Object.keys(wrapped)).not.toContain("plaintext");
    expect(await statusOf(lab, await tokenOf("read-key"), "GET", `${transitMount}/keys/orders`)).toBe(200);
  });

  it.each(refused.map((request) => ({ title: titleOf(request), request })))("refuses $title", async ({ request }) => {
    const [login, method, path, body] = request;
    expect(await statusOf(lab, await tokenOf(login), method, `${transitMount}/${path}`, body)).toBe(403);
  });

  describe("when a key is rotated", () => {
    it("refuses to require a version that is not there yet, and takes the mended declaration", async () => {
      await expect(trial.deploy({ minDecryptionVersion: 2 })).rejects.toThrow(
        /cannot set min decryption version of 2, latest key version is 1/,
      );
      await trial.deploy({ minDecryptionVersion: 1 });
      expect((await trial.plan()).code).toBe(0);
      expect(await decrypt(before)).toBe(text);
    });

    it("decrypts what the old version encrypted, and needs no deployment", async () => {
      expect(
        await statusOf(lab, await tokenOf("rotate"), "POST", `${transitMount}/keys/orders/rotate`, {}),
      ).toBeLessThan(300);
      expect(await keyOf("orders")).toMatchObject({ latest_version: 2 });
      expect(await decrypt(before)).toBe(text);
      expect(await encrypt("encrypt", "orders")).toMatch(/^vault:v2:/);
      expect((await trial.plan()).code).toBe(0);
    });

    it("rewraps to the new version without showing it, and refuses the old one once it is too old", async () => {
      const body = { ciphertext: before };
      const { ciphertext } = (await ask("rewrap", "rewrap/orders", body, ciphertextAnswer)).data;
      expect(ciphertext).toMatch(/^vault:v2:/);
      await trial.deploy({ minDecryptionVersion: 2 });
      expect((await trial.plan()).code).toBe(0);
      expect(await decrypt(ciphertext)).toBe(text);
      await expect(decrypt(before)).rejects.toThrow(/too old/);
      await trial.deploy({ minDecryptionVersion: 1 });
      expect(await decrypt(before)).toBe(text);
    });
  });

  describe("is destroyed", () => {
    it("by no command while its keys can't be deleted, and nothing is lost", async () => {
      await expect(trial.leaseholdDestroy()).rejects.toThrow(
        /keys transit-trial\/mac, .*transit-trial\/orders, .* can't be deleted.*deletableReason/,
      );
      expect(await decrypt(before)).toBe(text);
      expect((await trial.plan()).code).toBe(0);
    });

    it("by Terraform halfway: it stops at the keys, and a deployment brings back the rest", async () => {
      const workspace = await trial.workspace();
      const { code, stderr } = await workspace.run("destroy", "-auto-approve", "-input=false", "-no-color");
      expect(code).toBe(1);
      expect(stderr).toMatch(/deletion is not allowed for this\s+key/);
      expect(await keyOf("orders")).toMatchObject({ latest_version: 2 });
      tokens.clear();
      await trial.deploy();
      expect(await decrypt(before)).toBe(text);
    });

    it("once its keys may be deleted, with all that is in it", async () => {
      await trial.deploy({ deletableReason: "the trial is over" });
      expect(await keyOf("orders")).toMatchObject({ deletion_allowed: true });
      await trial.leaseholdDestroy();
      expect(await vault().exists(`sys/mounts/${transitMount}`)).toBe(false);
      const policies = await vault().list("sys/policies/acl");
      expect(policies.filter((name) => name.startsWith(transitMount) && !name.endsWith("-deployer"))).toEqual([]);
    });
  });
});
