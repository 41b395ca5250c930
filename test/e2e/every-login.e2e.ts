import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import type { VaultClient } from "../../cli/vault-client";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import { TestAuthority } from "./certificates";
import { declare, type EveryLogin, kvMount } from "./declarations/every-login";
import { testContext } from "./parts";
import { describeOnEachServer } from "./rig";
import { TokenSigner } from "./signed-tokens";
import { Trial } from "./trial";

const file = require.resolve("./declarations/every-login");
const leasehold = join(testContext().root, "cli", "leasehold.mjs");
const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const mountsAnswer = z.object({ data: z.record(z.string(), z.unknown()) });

/** Every secret that a login of the declaration may read, or another one of them. */
const secrets = ["app", "ci", "shop", "token", "anna", "staff", "on-call", "employees", "people/contractor"] as const;

/** What whoever deploys needs is written from the declaration; nothing else is used here but to make that login. */
describeOnEachServer("an environment with every login", (product, lab) => {
  const signer = new TokenSigner();
  let authority: TestAuthority;
  const bindPassword = "canary-of-the-directory";
  const vault = () => lab.operator();
  const trial = new Trial<EveryLogin>(
    lab,
    file,
    declare,
    { product, publicKey: signer.publicKey, authority: "made before it is deployed" },
    {
      ldap_bind_password: bindPassword,
    },
  );

  async function tokenBy(path: string, body: Record<string, unknown>): Promise<string> {
    return (await vault().ask(path, body, tokenAnswer)).auth.client_token;
  }

  /** Which of the secrets the token opens. */
  async function opened(token: string): Promise<string[]> {
    const client = vault().withToken(token);
    const open = [];
    for (const secret of secrets) if (await mayRead(client, secret)) open.push(secret);
    return open;
  }

  const employee = (claims: object) =>
    tokenBy("auth/every-login/jwt/login", {
      role: "employee",
      jwt: signer.sign({ aud: "vault", department: "engineering", groups: [], ...claims }),
    });

  beforeAll(async () => {
    await trial.cleanUp();
    authority = await TestAuthority.make(vault(), "every-login-pki");
    await vault().write(`sys/mounts/${kvMount}`, { type: "kv", options: { version: "2" } });
    for (const secret of secrets) await writeSecret(vault(), secret);
    await vault().write("sys/policies/acl/every-login-deployer", { policy: deployerPolicy(trial.environment).toHcl() });
    trial.token = await tokenBy("auth/token/create", { policies: ["every-login-deployer"], ttl: "30m" });
    await trial.deploy({ authority: authority.pem });
  });

  afterAll(async () => {
    await trial.cleanUp();
    await vault().delete(`sys/mounts/${kvMount}`);
    await vault().delete("sys/policies/acl/every-login-deployer");
    await authority.remove();
  });

  it("is deployed with the policy that was written for it, and needs no second deployment", async () => {
    expect((await trial.plan()).code).toBe(0);
  });

  it("lets a program in by its RoleID and SecretID", async () => {
    const path = "every-login/approle";
    const token = await vault().loginByAppRole(
      path,
      await vault().readRoleId(path, "app"),
      await vault().issueSecretId(path, "app"),
    );
    expect(await opened(token)).toEqual(["app"]);
  });

  it("lets an employee in by a token, with what the entity, its group and the role were granted", async () => {
    expect(await opened(await employee({ email: "anna@example.com" }))).toEqual(["anna", "staff", "employees"]);
  });

  it("gives whoever the token says is on call what the group was granted, and takes it away with the group", async () => {
    const email = "berta@example.com";
    expect(await opened(await employee({ email, groups: ["on-call"] }))).toEqual(["on-call", "employees"]);
    expect(await opened(await employee({ email }))).toEqual(["employees"]);
  });

  it("lets a workflow in by the token of its repository and branch, and of no other", async () => {
    const jwtOf = (claims: object) =>
      signer.sign({
        aud: "vault",
        sub: "repo:example/shop:ref:refs/heads/main",
        repository: "example/shop",
        ref: "refs/heads/main",
        event_name: "push",
        ...claims,
      });
    const login = (claims: object) => tokenBy("auth/every-login/jwt/login", { role: "ci", jwt: jwtOf(claims) });
    expect(await opened(await login({}))).toEqual(["ci"]);
    await expect(
      login({ repository: "example/other", sub: "repo:example/other:ref:refs/heads/main" }),
    ).rejects.toThrow();
    await expect(login({ ref: "refs/heads/x", sub: "repo:example/shop:ref:refs/heads/x" })).rejects.toThrow();
  });

  it("makes tokens by the token role with its policy alone", async () => {
    expect(await opened(await tokenBy("auth/token/create/every-login", {}))).toEqual(["token"]);
  });

  it("lets a person in by a password that was set by the command, to what is their own", async () => {
    const path = "every-login/userpass";
    await expect(tokenBy(`auth/${path}/login/contractor`, { password: "guessed" })).rejects.toThrow();
    const { stderr, status } = spawnSync(
      process.execPath,
      [leasehold, "userpass", "set-password", trial.writeDeclaration(), "contractor", "--stdin"],
      {
        input: "correct horse battery\n",
        encoding: "utf8",
        env: { ...testContext().env, VAULT_TOKEN: lab.rootToken() },
      },
    );
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const token = await tokenBy(`auth/${path}/login/contractor`, { password: "correct horse battery" });
    expect(await opened(token)).toEqual(["people/contractor"]);
  });

  it("is destroyed by whoever deployed it, and leaves no method, policy or entity behind", async () => {
    await trial.destroy();
    const { data } = await vault().read("sys/auth", mountsAnswer);
    expect(Object.keys(data).filter((path) => path.startsWith("every-login"))).toEqual([]);
    const left = [
      ...(await vault().list("sys/policies/acl")),
      ...(await vault().list("identity/entity/name")),
      ...(await vault().list("identity/group/name")),
      ...(await vault().list("auth/token/roles")),
    ];
    expect(left.filter((name) => name.includes("every-login") && name !== "every-login-deployer")).toEqual([]);
  });
});

async function writeSecret(vault: VaultClient, secret: string): Promise<void> {
  // A KV v2 mount upgrades itself for a moment after it was made, and refuses everything until then.
  for (let attempt = 0; ; attempt += 1) {
    try {
      await vault.write(`${kvMount}/data/${secret}`, { data: { of: secret } });
      return;
    } catch (thrown) {
      if (attempt === 20) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

async function mayRead(client: VaultClient, secret: string): Promise<boolean> {
  const answer = z.object({ data: z.object({ data: z.object({ of: z.string() }) }) });
  try {
    return (await client.read(`${kvMount}/data/${secret}`, answer)).data.data.of === secret;
  } catch {
    return false;
  }
}
