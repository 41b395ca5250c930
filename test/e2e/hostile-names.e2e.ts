import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { z } from "zod";
import { ThrowAway } from "../../cli/servers/throw-away";
import { VaultRefusal } from "../../cli/vault-client";
import { declare, type OnePostgres } from "./declarations/one-postgres";
import { catalogueOf, hostileNames } from "./hostile-names";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/one-postgres");
const loginAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const selfAnswer = z.object({ data: z.object({ display_name: z.string() }) });

describeOnEachServer("a login with a hostile name", (_, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<OnePostgres>;
  const vault = () => lab.operator();

  const catalogue = () => catalogueOf(postgres, "hostile_names");

  async function tokenOf(name: string): Promise<string> {
    const { auth } = await vault().ask("auth/hostile/login", { role: "any", jwt: jwtOf(name) }, loginAnswer);
    return auth.client_token;
  }

  function jwtOf(name: string): string {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = [
      part({ alg: "RS256", typ: "JWT" }),
      part({ sub: name, aud: "leasehold", iss: "tests", iat: now, nbf: now - 5, exp: now + 300 }),
    ].join(".");
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(keys.privateKey, "base64url")}`;
  }

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    const connection = { host: "127.0.0.1", port: postgres.port };
    trial = new Trial<OnePostgres>(lab, file, declare, { name: "hostile-names", connection }, secrets);
    await trial.cleanUp();
    await vault().delete("sys/auth/hostile");
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await trial.deploy();
    await vault().write("sys/policies/acl/hostile", {
      policy: 'path "hostile-names/creds/reader" { capabilities = ["read"] }',
    });
    await vault().write("sys/auth/hostile", { type: "jwt" });
    const pem = keys.publicKey.export({ type: "spki", format: "pem" }).toString();
    await vault().write("auth/hostile/config", { jwt_validation_pubkeys: [pem] });
    await vault().write("auth/hostile/role/any", {
      role_type: "jwt",
      user_claim: "sub",
      bound_audiences: ["leasehold"],
      token_policies: ["hostile"],
    });
  });

  afterAll(async () => {
    await vault().delete("sys/auth/hostile");
    await vault().delete("sys/policies/acl/hostile");
    await trial.cleanUp();
    await place.close();
  });

  it.each(hostileNames)("T9: %j gets a user like any other, or none, and changes nothing else", async (name) => {
    const before = await catalogue();
    let token: string;
    try {
      token = await tokenOf(name);
    } catch (thrown) {
      // Vault itself won't have such a name: nothing of it reaches the database.
      expect(thrown).toBeInstanceOf(VaultRefusal);
      expect(await catalogue()).toEqual(before);
      return;
    }
    const login = vault().withToken(token);
    const self = await login.read("auth/token/lookup-self", selfAnswer);
    expect(self.data.display_name).toContain(name.slice(0, 1));
    const user = await login.issueCredentials("hostile-names", "reader");
    expect(user.username).toMatch(/^v-reader-[0-9a-f]{8}-[A-Za-z0-9]{20}-\d{10}$/);
    expect(await postgres.opens("hostile_names", user)).toBe(true);
    expect(await postgres.dynamicUsers()).toEqual([user.username]);
    await vault().revokeLease(user.leaseId);
    expect(await catalogue()).toEqual(before);
  });

  it("T9: two of them are told apart by their users' names", async () => {
    const users = [];
    for (const name of ["alice", "mallory"]) {
      users.push(
        await vault()
          .withToken(await tokenOf(name))
          .issueCredentials("hostile-names", "reader"),
      );
    }
    const [alice, mallory] = users.map(({ username }) => username.split("-")[2]);
    expect(alice).not.toBe(mallory);
    for (const { leaseId } of users) await vault().revokeLease(leaseId);
  });
});
