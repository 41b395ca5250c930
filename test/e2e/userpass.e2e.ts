import type { TerraformStack } from "cdktf";
import { z } from "zod";
import { generatePassword, setPassword, wrapPassword } from "../../cli/auth/userpass-login";
import { UserpassAuth } from "../../constructs/auth/userpass-auth";
import { ConstructTrial } from "./construct-trial";
import { describeOnEachServer } from "./rig";

const path = "userpass-trial";
const loginAnswer = z.object({
  auth: z.object({ client_token: z.string(), lease_duration: z.number(), policies: z.array(z.string()) }),
});

interface Parameters {
  /** Whether alice may read one thing more. */
  readonly more: boolean;
}

function declare(stack: TerraformStack, { more }: Parameters): void {
  const auth = new UserpassAuth(stack, "People", { path });
  const alice = auth.addUser("Alice", { entityName: "userpass-trial-alice" });
  const bob = auth.addUser("bob", { entityName: "userpass-trial-bob" });
  const rule = { capabilities: ["read"], reason: "For the test" } as const;
  alice.grantPolicy.addRule({ ...rule, path: "sys/host-info" });
  if (more) alice.grantPolicy.addRule({ ...rule, path: "sys/more" });
  for (const user of [alice, bob]) auth.grantPasswordChange(user);
}

describeOnEachServer("userpass", (_, lab) => {
  const trial = new ConstructTrial<Parameters>(lab, { name: "userpass-trial", declare, parameters: { more: false } });
  const vault = () => lab.operator();
  const alice = { path, name: "alice", tokenTtl: "5m", tokenMaxTtl: "10m" } as const;
  const login = (name: string, password: string) =>
    vault()
      .ask(`auth/${path}/login/${name}`, { password }, loginAnswer)
      .then(({ auth }) => auth);
  const capabilitiesOf = async (token: string, asked: string) => {
    const answer = z.object({ data: z.object({ capabilities: z.array(z.string()) }) });
    return (await vault().ask("sys/capabilities", { token, path: asked }, answer)).data.capabilities;
  };
  const entities = ["userpass-trial-alice", "userpass-trial-bob"];

  async function cleanUp(): Promise<void> {
    await vault().delete(`sys/auth/${path}`);
    for (const each of entities) {
      await vault().delete(`identity/entity/name/${each}`);
      await vault().delete(`sys/policies/acl/entity-${each}`);
    }
    trial.forget();
  }

  beforeAll(async () => {
    await cleanUp();
    await trial.deploy();
  });

  afterAll(cleanUp);

  it("has an empty second plan, before and after a password is set", async () => {
    expect((await trial.plan()).code).toBe(0);
    await setPassword(vault(), alice, "the first password");
    expect((await trial.plan()).code).toBe(0);
    expect(trial.state).not.toContain("the first password");
    await vault().delete(`auth/${path}/users/alice`);
  });

  it("lets nobody in who has no password", async () => {
    for (const password of ["a guess of somebody", "the first password"]) {
      await expect(login("alice", password)).rejects.toMatchObject({ status: 400 });
    }
  });

  it("gives a user with a password exactly what was granted, by the declared limits", async () => {
    expect(await setPassword(vault(), alice, "correct horse battery")).toEqual([]);
    const { client_token, lease_duration } = await login("ALICE", "correct horse battery");
    expect(lease_duration).toBe(300);
    expect(await capabilitiesOf(client_token, "sys/host-info")).toEqual(["read"]);
    expect(await capabilitiesOf(client_token, "sys/more")).toEqual(["deny"]);
    const self = z.object({
      data: z.object({ identity_policies: z.array(z.string()), policies: z.array(z.string()) }),
    });
    const { data } = await vault().withToken(client_token).read("auth/token/lookup-self", self);
    expect(data).toEqual(
      expect.objectContaining({ policies: ["default"], identity_policies: ["entity-userpass-trial-alice"] }),
    );
  });

  it("has a grant count for tokens that live", async () => {
    await setPassword(vault(), alice, "correct horse battery");
    const { client_token } = await login("alice", "correct horse battery");
    expect(await capabilitiesOf(client_token, "sys/more")).toEqual(["deny"]);
    await trial.deploy({ more: true });
    expect(await capabilitiesOf(client_token, "sys/more")).toEqual(["read"]);
  });

  it("lets users change their own password, and neither their policies nor somebody else's password", async () => {
    await setPassword(vault(), alice, "correct horse battery");
    await setPassword(vault(), { path, name: "bob" }, "battery staple horse");
    const { client_token } = await login("alice", "correct horse battery");
    const own = vault().withToken(client_token);
    await own.write(`auth/${path}/users/alice/password`, { password: "a newer password" });
    await expect(login("alice", "correct horse battery")).rejects.toMatchObject({ status: 400 });
    await expect(login("alice", "a newer password")).resolves.toBeDefined();
    for (const [forbidden, body] of [
      [`auth/${path}/users/bob/password`, { password: "mine from now on" }],
      [`auth/${path}/users/alice`, { token_policies: ["root"] }],
      [`auth/${path}/users/alice/password`, { password_hash: "$2a$10$".padEnd(60, "x") }],
    ] as const) {
      await expect(own.write(forbidden, body)).rejects.toMatchObject({ status: 403 });
    }
  });

  it("tells of policies that somebody gave the record, and leaves them", async () => {
    await setPassword(vault(), alice, "correct horse battery");
    await vault().write(`auth/${path}/users/alice`, { token_policies: ["stranger"] });
    expect(await setPassword(vault(), alice, "correct horse stable")).toEqual(["stranger"]);
    await vault().write(`auth/${path}/users/alice`, { token_policies: [] });
  });

  it("takes a limit away that is no longer declared", async () => {
    await setPassword(vault(), { ...alice, tokenCidrs: ["192.0.2.0/24"] }, "correct horse battery");
    await expect(login("alice", "correct horse battery")).rejects.toMatchObject({ status: 403 });
    await setPassword(vault(), alice, "correct horse battery");
    await expect(login("alice", "correct horse battery")).resolves.toBeDefined();
  });

  it("generates passwords, by a policy of the server too, that are unwrapped once", async () => {
    const policy = 'length = 20\nrule "charset" {\n  charset = "abcdef"\n}';
    await vault().write("sys/policies/password/userpass-trial", { policy });
    const generated = await generatePassword(vault(), "userpass-trial");
    expect(generated).toMatch(/^[a-f]{20}$/);
    await vault().delete("sys/policies/password/userpass-trial");
    const wrapped = await wrapPassword(vault(), generated, 60);
    const answer = z.object({ data: z.object({ password: z.string() }) });
    expect((await vault().unwrap(wrapped.token, answer)).data.password).toBe(generated);
    await expect(vault().unwrap(wrapped.token, answer)).rejects.toMatchObject({ status: 400 });
    expect(await generatePassword(vault(), undefined)).toMatch(/^[\w-]{32}$/);
  });

  it("is destroyed clean", async () => {
    await trial.destroy();
    expect(await vault().exists(`sys/auth/${path}`)).toBe(false);
    const [names, policies] = [await vault().list("identity/entity/name"), await vault().list("sys/policies/acl")];
    for (const each of entities) {
      expect(names).not.toContain(each);
      expect(policies).not.toContain(`entity-${each}`);
    }
  });
});
