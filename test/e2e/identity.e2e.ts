import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ConstructTrial } from "./construct-trial";
import { declare, type People } from "./declarations/identity";
import { loginAs, statusOf } from "./requests";
import { describeOnEachServer } from "./rig";

const tokenAnswer = z.object({
  auth: z.object({ client_token: z.string(), lease_duration: z.number(), policies: z.array(z.string()) }),
});
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const password = randomBytes(16).toString("hex");

/** A token of an issuer that the server trusts, naming groups. */
function jwtFor(subject: string, groups: readonly string[]): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "test", sub: subject, aud: "vault", iat: now, exp: now + 300, groups };
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), keys.privateKey).toString("base64url")}`;
}

describeOnEachServer("identity", (_product, lab) => {
  const trial = new ConstructTrial<People>(lab, { name: "identity", declare, parameters: { disabled: false } });
  const vault = () => lab.operator();
  const login = (path: string, body: object) =>
    vault()
      .ask(`auth/${path}`, { ...body }, tokenAnswer)
      .then(({ auth }) => auth.client_token);
  const user = (name: string) => login(`identity-users/login/${name}`, { password });
  const byJwt = (...groups: readonly string[]) =>
    login("identity-jwt/login", { role: "any", jwt: jwtFor("carol", groups) });
  const make = (token: string, role: string, body: object = {}) =>
    vault()
      .withToken(token)
      .ask(`auth/token/create/${role}`, { ...body }, tokenAnswer)
      .then(({ auth }) => auth);

  /** Which of the secrets a token reads. */
  async function reads(token: string): Promise<string[]> {
    const all = ["alice", "data", "dbas", "staff", "admins", "broker", "job", "family"];
    const read: string[] = [];
    for (const each of all) {
      if ((await statusOf(lab, token, "GET", `identity-kv/data/${each}`)) === 200) read.push(each);
    }
    return read;
  }

  beforeAll(async () => {
    await cleanUp();
    await mountOthers();
    await trial.deploy();
  });
  afterAll(cleanUp);

  it("T14: is deployed with an empty second plan", async () => {
    expect((await trial.plan()).code).toBe(0);
  });

  it("gives whoever logs in what the entity, its groups, and their groups were granted, and no more", async () => {
    expect(await reads(await user("alice"))).toEqual(["alice", "data", "dbas", "staff"]);
    expect(await reads(await user("bob"))).toEqual(["staff"]);
  });

  it("gives an external group's grants to whom the auth method puts into it", async () => {
    expect(await reads(await byJwt("CN=DB Admins,DC=company", "others"))).toEqual(["admins"]);
    expect(await reads(await byJwt("others"))).toEqual([]);
    expect(await reads(await byJwt())).toEqual([]);
  });

  it("lets a program make tokens that can do what their role was granted, and not what the program can", async () => {
    const broker = await loginAs(lab, "identity-approle", "broker");
    expect(await reads(broker)).toEqual(["broker"]);
    const job = await make(broker, "identity-job");
    expect(job.policies).toEqual(["default", "token-identity-job"]);
    expect(job.lease_duration).toBeLessThanOrEqual(600);
    expect(await reads(job.client_token)).toEqual(["job"]);
    await expect(make(broker, "identity-job", { policies: ["identity-approle-broker"] })).rejects.toThrow("400");
    await expect(make(broker, "identity-own")).rejects.toThrow("403");
    await expect(make(lab.rootToken(), "identity-job", { policies: ["root"] })).rejects.toThrow("400");
    // An orphan: it lives on without its maker.
    await vault().withToken(broker).write("auth/token/revoke-self", {});
    expect(await reads(job.client_token)).toEqual(["job"]);
  });

  it("has tokens that are no orphans inherit the entity of their maker, with all that it may do", async () => {
    const alice = await user("alice");
    const child = await make(alice, "identity-family");
    expect(await reads(child.client_token)).toEqual(["alice", "data", "dbas", "staff", "family"]);
    expect(await reads((await make(alice, "identity-own")).client_token)).toEqual(["family"]);
    await vault().withToken(alice).write("auth/token/revoke-self", {});
    expect(await reads(child.client_token)).toEqual([]);
  });

  it("makes periodic tokens, and batch tokens of the policies that a pattern allows and for the aliases that one names", async () => {
    const periodic = await make(lab.rootToken(), "identity-periodic");
    expect(periodic).toMatchObject({ lease_duration: 3600, policies: ["token-identity-periodic"] });
    expect(await statusOf(lab, periodic.client_token, "POST", "auth/token/renew-self", {})).toBe(200);
    const batch = await make(lab.rootToken(), "identity-batch", {
      policies: ["identity-team-a"],
      entity_alias: "worker-1",
    });
    expect(batch.policies).toEqual(["default", "identity-team-a"]);
    const refused = [{ policies: ["identity-other"] }, { policies: ["identity-team-a"], entity_alias: "boss" }];
    for (const body of refused) await expect(make(lab.rootToken(), "identity-batch", body)).rejects.toThrow("400");
  });

  it("locks an entity, whose tokens open nothing from then on", async () => {
    const alice = await user("alice");
    await trial.deploy({ disabled: true });
    expect(await reads(alice)).toEqual([]);
    expect((await trial.plan()).code).toBe(0);
    await trial.deploy({ disabled: false });
    expect(await reads(alice)).toEqual(["alice", "data", "dbas", "staff"]);
  });

  it("is gone with the stack", async () => {
    await trial.destroy();
    expect(await vault().list("identity/group/name")).not.toContain("identity-admins");
    expect(await vault().list("identity/entity/name")).not.toContain("alice@company.com");
    expect(await vault().list("auth/token/roles")).not.toContain("identity-job");
  });

  async function mountOthers(): Promise<void> {
    await vault().write("sys/mounts/identity-kv", { type: "kv", options: { version: "2" } });
    await vault().write("sys/auth/identity-users", { type: "userpass" });
    for (const name of ["alice", "bob"]) await vault().write(`auth/identity-users/users/${name}`, { password });
    await vault().write("sys/auth/identity-jwt", { type: "jwt" });
    const publicKey = keys.publicKey.export({ type: "spki", format: "pem" }).toString();
    await vault().write("auth/identity-jwt/config", { jwt_validation_pubkeys: [publicKey] });
    await vault().write("auth/identity-jwt/role/any", {
      role_type: "jwt",
      user_claim: "sub",
      groups_claim: "groups",
      bound_audiences: ["vault"],
    });
    for (const name of ["alice", "data", "dbas", "staff", "admins", "broker", "job", "family"]) {
      await writeSecret(name);
    }
  }

  /** A KV mount turns into one with versions on its own, soon after it was made. */
  async function writeSecret(name: string): Promise<void> {
    const write = () => statusOf(lab, lab.rootToken(), "POST", `identity-kv/data/${name}`, { data: { key: "value" } });
    const end = Date.now() + 20_000;
    while ((await write()) !== 200 && Date.now() < end) await sleep(200);
  }

  async function cleanUp(): Promise<void> {
    for (const path of ["sys/mounts/identity-kv", "sys/auth/identity-users", "sys/auth/identity-jwt"]) {
      await vault().delete(path);
    }
    await vault().delete("sys/auth/identity-approle");
    for (const kind of ["entity", "group"]) {
      for (const name of await vault().list(`identity/${kind}/name`)) {
        if (/^(identity|alice@company|bob|entity_)/.test(name)) {
          await vault().delete(`identity/${kind}/name/${encodeURIComponent(name)}`);
        }
      }
    }
    for (const name of await vault().list("auth/token/roles")) {
      if (name.startsWith("identity-")) await vault().delete(`auth/token/roles/${name}`);
    }
    for (const name of await vault().list("sys/policies/acl")) {
      if (/^(identity-approle|entity|group|token)-/.test(name)) await vault().delete(`sys/policies/acl/${name}`);
    }
    trial.forget();
  }
});
