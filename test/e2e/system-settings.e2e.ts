import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ThrowAway } from "../../cli/servers/throw-away";
import type { VaultRefusal } from "../../cli/vault-client";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import {
  declare,
  origin,
  passwordPolicy,
  rateLimit,
  settings,
  type SystemSettings,
  uiHeader,
} from "./declarations/system-settings";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/system-settings");
const passwordAnswer = z.object({ data: z.object({ password: z.string() }) });
const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const corsAnswer = z.object({
  data: z.object({ enabled: z.boolean(), allowed_origins: z.array(z.string()).optional() }),
});
const headerAnswer = z.object({ data: z.object({ value: z.string() }) });
const rateAnswer = z.object({ data: z.object({ rate: z.number(), path: z.string(), block_interval: z.number() }) });

describeOnEachServer("the settings of a server", (product, lab) => {
  const secrets = { admin_password: `canary-${randomBytes(16).toString("hex")}` };
  const [database, approle] = [`${settings}/database`, `${settings}/approle`];
  const deployer = `${settings}-deployer`;
  const first = { withPolicy: true, length: 32, withBrowser: true, allowedHeaders: [] };
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<SystemSettings>;
  const vault = () => lab.operator();

  /** What the declaration asks of a password of that length. */
  function fits(password: string, length: number): boolean {
    const count = (of: RegExp) => password.match(of)?.length ?? 0;
    return (
      password.length === length &&
      /^[A-Za-z0-9._~]+$/.test(password) &&
      count(/[a-z]/g) >= 4 &&
      count(/[A-Z]/g) >= 4 &&
      count(/[0-9]/g) >= 4 &&
      count(/[._~]/g) >= 2
    );
  }

  async function cleanUp(): Promise<void> {
    await trial.cleanUp();
    await vault().delete(`sys/policies/password/${passwordPolicy}`);
    await vault().delete(`sys/policies/acl/${deployer}`);
    for (const name of [rateLimit, `${rateLimit}-below`]) await vault().delete(`sys/quotas/rate-limit/${name}`);
    await vault().delete("sys/config/cors");
    await vault().delete(`sys/config/ui/headers/${uiHeader}`);
  }

  /** The answer to a browser that asks whether a page may send a request. */
  async function preflight(from: string): Promise<[status: number, allowed: string | null, headers: string | null]> {
    const { status, headers } = await fetch(`http://127.0.0.1:${lab.record().vaultPort}/v1/sys/health`, {
      method: "OPTIONS",
      headers: { Origin: from, "Access-Control-Request-Method": "GET" },
    });
    return [status, headers.get("Access-Control-Allow-Origin"), headers.get("Access-Control-Allow-Headers")];
  }

  const issued = async () => {
    const user = await vault().issueCredentials(database, "reader");
    expect(await postgres.opens("orders", user)).toBe(true);
    await vault().revokeLease(user.leaseId);
    return user.password;
  };

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    trial = new Trial<SystemSettings>(lab, file, declare, { port: postgres.port, ...first }, secrets);
    await cleanUp();
    await postgres.ask("postgres", "CREATE ROLE legacy LOGIN PASSWORD 'in-a-file'");
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await postgres.ask("orders", "GRANT CONNECT ON DATABASE orders TO legacy");
    await vault().write(`sys/policies/acl/${deployer}`, { policy: deployerPolicy(trial.environment).toHcl() });
    const body = { policies: [deployer], ttl: "1h" };
    trial.token = (await vault().ask("auth/token/create", body, tokenAnswer)).auth.client_token;
  });

  afterAll(async () => {
    await cleanUp();
    await place.close();
  });

  it("are deployed with the policy that was written for it, and need no second deployment", async () => {
    const output = await trial.deploy();
    // A provider before 4.7 can't tell a static role of the policy.
    expect(output.replace(/\s+/g, " ")).toContain("static users' passwords follow Vault's own rule");
    expect((await trial.plan()).code).toBe(0);
  });

  it("have Vault make passwords by the policy", async () => {
    for (let each = 0; each < 100; each += 1) {
      const { password } = (await vault().read(`sys/policies/password/${passwordPolicy}/generate`, passwordAnswer))
        .data;
      expect([password, fits(password, 32)]).toEqual([password, true]);
    }
  });

  it("give database users such passwords, which open the database", async () => {
    for (let each = 0; each < 10; each += 1) expect(fits(await issued(), 32)).toBe(true);
  });

  it("leave a static user with what the provider can't be told", async () => {
    const password = await vault().readStaticPassword(database, "legacy");
    expect(password).toMatch(/^[A-Za-z0-9-]{20}$/);
    expect(await postgres.opens("orders", { username: "legacy", password })).toBe(true);
  });

  it("change how passwords are made with the next one", async () => {
    await trial.deploy({ length: 48 });
    expect(fits(await issued(), 48)).toBe(true);
  });

  it("refuse a client that logs in too often, and nobody elsewhere", async () => {
    const roleId = await vault().readRoleId(approle, "app");
    const secretId = await vault().issueSecretId(approle, "app");
    await vault().write(`sys/quotas/rate-limit/${rateLimit}`, {
      path: `auth/${approle}/`,
      role: "app",
      rate: 5,
      interval: 60,
    });
    const statuses: number[] = [];
    for (let each = 0; each < 8; each += 1) {
      statuses.push(
        await vault()
          .loginByAppRole(approle, roleId, secretId)
          .then(
            () => 200,
            (thrown: unknown) => (thrown as VaultRefusal).status,
          ),
      );
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect(fits(await issued(), 48)).toBe(true);
  });

  it("see a limit that somebody changed by hand, and put it back", async () => {
    expect((await trial.plan()).code).toBe(2);
    await trial.deploy();
    const quota = (name: string) => vault().read(`sys/quotas/rate-limit/${name}`, rateAnswer);
    expect((await quota(rateLimit)).data).toMatchObject({ rate: 5, path: `auth/${approle}/`, block_interval: 60 });
    expect((await quota(`${rateLimit}-below`)).data).toMatchObject({ rate: 100, path: `${database}/creds/reader` });
    expect((await trial.plan()).code).toBe(0);
  });

  it("let the page of the declared origin use the server from a browser, and no other", async () => {
    expect((await preflight(origin)).slice(0, 2)).toEqual([200, origin]);
    expect((await preflight("https://evil.example.com")).slice(0, 2)).toEqual([403, null]);
  });

  it("see CORS and a header of the user interface changed by hand, or gone, and put them back", async () => {
    const sound = async () => {
      const cors = (await vault().read("sys/config/cors", corsAnswer)).data;
      const header = (await vault().read(`sys/config/ui/headers/${uiHeader}`, headerAnswer)).data;
      return [cors.enabled, cors.allowed_origins, header.value];
    };
    expect(await sound()).toEqual([true, [origin], "tried, twice"]);
    const changes: (() => Promise<void>)[] = [
      () => vault().write("sys/config/cors", { allowed_origins: "*" }),
      () => vault().delete("sys/config/cors"),
      () => vault().write(`sys/config/ui/headers/${uiHeader}`, { values: ["other"] }),
      () => vault().delete(`sys/config/ui/headers/${uiHeader}`),
    ];
    for (const change of changes) {
      await change();
      expect((await trial.plan()).code).toBe(2);
      await trial.deploy();
      expect(await sound()).toEqual([true, [origin], "tried, twice"]);
    }
    if (product === "openbao") {
      await vault().write("sys/config/cors", { allowed_origins: [origin], allow_credentials: true });
      expect((await trial.plan()).code).toBe(2);
    }
  });

  it("let headers in that are named, which Terraform writes and can't compare", async () => {
    const output = await trial.deploy({ allowedHeaders: ["X-Vault-Namespace"] });
    expect(output.replace(/\s+/g, " ")).toContain("does not see when somebody changes CORS there");
    expect((await preflight(origin))[2]).toMatch(/(^|,)X-Vault-Namespace$/);
    expect((await trial.plan()).code).toBe(0);
  });

  it("turn CORS off and take the header away when they are declared no more", async () => {
    await trial.deploy({ withBrowser: false });
    expect((await vault().read("sys/config/cors", corsAnswer)).data.enabled).toBe(false);
    expect(await vault().exists(`sys/config/ui/headers/${uiHeader}`)).toBe(false);
    expect((await trial.plan()).code).toBe(0);
  });

  it("go back to Vault's own rule by a policy that has it", async () => {
    await trial.deploy({ length: undefined });
    expect(await issued()).toMatch(/^(?=.*-)[A-Za-z0-9-]{20}$/);
  });

  it("are not to lose a policy: Vault keeps what a role was told, and Terraform goes on seeing it", async () => {
    await trial.deploy({ withPolicy: false });
    await expect(issued()).rejects.toThrow("no password policy found");
    expect((await trial.plan()).code).toBe(2);
    await trial.deploy(first);
    expect(fits(await issued(), 32)).toBe(true);
  });

  it("leave nothing behind, and no password in the state but the admin's, which the provider can't but keep", async () => {
    const password = await issued();
    const state = readFileSync(`${trial.folder}/terraform.tfstate`, "utf8");
    expect(state).not.toContain(password);
    await trial.destroy();
    expect(await vault().list("sys/policies/password")).not.toContain(passwordPolicy);
    expect((await vault().list("sys/quotas/rate-limit")).filter((name) => name.startsWith(settings))).toEqual([]);
    expect((await vault().read("sys/config/cors", corsAnswer)).data.enabled).toBe(false);
    expect(await vault().exists(`sys/config/ui/headers/${uiHeader}`)).toBe(false);
  });
});
