import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { setPassword } from "../../cli/auth/userpass-login";
import { findDrift } from "../../cli/drift/find-drift";
import { readPlan } from "../../cli/review/read-plan";
import { reviewPlan } from "../../cli/review/review";
import { ThrowAway } from "../../cli/servers/throw-away";
import type { IssuedCredentials, VaultClient } from "../../cli/vault-client";
import { allContents, allDatabases } from "../../environments/namespaces/contents";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import { databaseOf, declare, type Teams } from "./declarations/namespaces";
import { TestPostgres } from "./postgres";
import { statusOf } from "./requests";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/namespaces");
const [a, b] = ["ns-team-a", "ns-team-b"] as const;
const deployer = "ns-deployer";
const keys = z.object({ data: z.object({ keys: z.array(z.string()) }) });
const login = z.object({ auth: z.object({ client_token: z.string() }) });

describeOnEachServer("namespaces", (product, lab) => {
  const secrets = { admin_password: `canary-${randomBytes(16).toString("hex")}` };
  const given: Teams = { teams: [a, b], port: 1, owner: "Anna" };
  const trial = new Trial<Teams>(lab, file, declare, given, secrets);
  const vault = (namespace?: string): VaultClient => lab.operator().inNamespace(namespace);

  if (product === "vault") {
    it("are refused before anything is deployed, where the server has none", async () => {
      await expect(trial.deploy()).rejects.toThrow(
        /\[namespaces\/namespace-ns-team-a\] namespace ns-team-a is given, and Vault Community [\d.]+ lacks namespaces \(first in Vault Enterprise 0\.11, OpenBao 2\.3\): leave namespace out/,
      );
      await trial.cleanUp();
    });
    return;
  }

  let place: ThrowAway;
  let postgres: TestPostgres;

  /** A token of a login of a namespace. */
  async function loginIn(namespace: string | undefined, path: string, role: string): Promise<string> {
    const its = vault(namespace);
    return its.loginByAppRole(path, await its.readRoleId(path, role), await its.issueSecretId(path, role));
  }
  const namespaces = () =>
    vault()
      .read("sys/namespaces?list=true", keys)
      .then(({ data }) => data.keys);
  const issueAs = (token: string, path: string) =>
    statusOf(lab, token, "GET", path).then((status) => ({ path, status }));
  const leases = (namespace: string) => vault(namespace).leases("database/");
  const opens = (team: string, user: IssuedCredentials) => postgres.opens(databaseOf(team), user);

  /** Whatever a test that failed may have left. */
  async function cleanUp(): Promise<void> {
    for (const { namespace } of allContents(trial.environment).reverse()) {
      if (namespace === undefined) continue;
      const [name = "", ...around] = namespace.split("/").reverse();
      const its = vault(around.reverse().join("/") || undefined);
      // In a namespace that is not there it is refused, and there is nothing in it.
      const isThere = () => its.exists(`sys/namespaces/${name}`).catch(() => false);
      if (!(await isThere())) continue;
      await vault(namespace)
        .write("sys/leases/revoke-force/database", {})
        .catch(() => undefined);
      await its.delete(`sys/namespaces/${name}`);
      // The server goes on with it in the background.
      for (let tries = 0; tries < 50 && (await isThere()); tries++) await sleep(200);
    }
    await vault().delete(`sys/policies/acl/${deployer}`);
    trial.token = undefined;
    await trial.cleanUp();
  }

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    trial.parameters = { ...given, port: postgres.port };
    await cleanUp();
    for (const { database } of allDatabases(trial.environment)) {
      if (database.engine === "postgres") await postgres.bootstrap(database, secrets.admin_password);
    }
    // Whatever it does, it does with the rights that the deployer's policy gives.
    const policy = deployerPolicy(trial.environment).toHcl();
    await vault().write(`sys/policies/acl/${deployer}`, { policy });
    const answer = await vault().ask("auth/token/create", { policies: [deployer], ttl: "1h" }, login);
    trial.token = answer.auth.client_token;
    await trial.deploy();
  });

  afterAll(async () => {
    await cleanUp();
    await place.close();
  });

  it("are made with what lies in them, and need no second deployment", async () => {
    expect((await trial.plan()).code).toBe(0);
    expect(await namespaces()).toEqual(expect.arrayContaining([`${a}/`, `${b}/`]));
    for (const team of [a, b]) {
      expect(await vault(team).list("database/roles")).toEqual(["reader"]);
      expect(await vault(team).exists("sys/policies/acl/approle-app")).toBe(true);
    }
    expect(await vault().exists("sys/policies/acl/readers")).toBe(false);
    expect(await vault(`${a}/payments`).exists("sys/policies/acl/mounts")).toBe(true);
  });

  it("take a change of their metadata in place", async () => {
    await trial.deploy({ owner: "Bert" });
    const metadata = z.object({ data: z.object({ custom_metadata: z.record(z.string(), z.string()) }) });
    expect((await vault().read(`sys/namespaces/${a}`, metadata)).data.custom_metadata).toEqual({ owner: "Bert" });
    expect((await trial.plan()).code).toBe(0);
  });

  it("keep the admin's password as their state does, and in nothing else", () => {
    const written = readFileSync(join(trial.folder, "cdktf.out", "stacks", "namespaces", "cdk.tf.json"), "utf8");
    expect(written).not.toContain(secrets.admin_password);
  });

  it("issue users that log in to PostgreSQL, to their own logins", async () => {
    for (const team of [a, b]) {
      const token = await loginIn(team, "approle", "app");
      const user = await vault(team).withToken(token).issueCredentials("database", "reader");
      expect(await opens(team, user)).toBe(true);
    }
  });

  it("refuse each other's tokens", async () => {
    const [ofA, ofB] = [await loginIn(a, "approle", "app"), await loginIn(b, "approle", "app")];
    const asked = await Promise.all([
      issueAs(ofA, `${b}/database/creds/reader`),
      issueAs(ofB, `${a}/database/creds/reader`),
      issueAs(ofA, "database/creds/reader"),
      issueAs(ofA, `${a}/payments/sys/mounts`),
    ]);
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await issueAs(ofA, `${a}/database/creds/reader`)).status).toBe(200);
  });

  it("let a login look itself up, and renew the leases that it asked for", async () => {
    const token = await loginIn(b, "approle", "app");
    const its = vault(b).withToken(token);
    expect(await statusOf(lab, token, "GET", `${b}/auth/token/lookup-self`)).toBe(200);
    const { leaseId } = await its.issueCredentials("database", "reader");
    expect(await its.renewLease(leaseId, 600)).toBeGreaterThan(0);
    expect(await statusOf(lab, token, "POST", `${b}/auth/token/revoke-self`)).toBe(204);
  });

  it("name their own accessors: each user changes the own password, and nobody else's", async () => {
    for (const team of [a, b]) {
      await setPassword(vault(team), { name: "bert", path: "userpass" }, "first password");
      const token = (await vault(team).ask("auth/userpass/login/bert", { password: "first password" }, login)).auth
        .client_token;
      const change = (name: string) =>
        statusOf(lab, token, "POST", `${team}/auth/userpass/users/${name}/password`, { password: "another password" });
      expect(await change("anna")).toBe(403);
      expect(await change("bert")).toBe(204);
      expect((await issueAs(token, `${team}/database/creds/reader`)).status).toBe(200);
    }
  });

  it("let a nested one be seen by its own logins alone", async () => {
    const token = await loginIn(`${a}/payments`, "approle", "app");
    expect((await issueAs(token, `${a}/payments/sys/mounts`)).status).toBe(200);
    expect((await issueAs(token, `${a}/sys/mounts`)).status).toBe(403);
  });

  it("are reached into by a policy around them that is granted it", async () => {
    const token = await loginIn(undefined, "ns-operators", "operator");
    const client = vault().withToken(token);
    const user = await client.issueCredentials(`${a}/database`, "reader");
    expect(await opens(a, user)).toBe(true);
    expect(await client.inNamespace(a).leases("database/creds/reader/")).not.toEqual([]);
    expect((await issueAs(token, `${b}/database/creds/reader`)).status).toBe(403);
    expect(await statusOf(lab, token, "LIST", `${b}/sys/leases/lookup/database/creds/reader`)).toBe(403);
    // Those of others live on.
    await client.inNamespace(a).revokePrefix("database/creds/reader");
    expect(await leases(a)).toEqual([]);
    expect(await opens(a, user)).toBe(false);
    expect(await leases(b)).not.toEqual([]);
  });

  it("show their drift, each by its path", async () => {
    const stray = { db_name: "orders", creation_statements: ["SELECT 1"] };
    await vault(b).write("database/roles/stray", stray);
    try {
      const plan = readPlan((await trial.plan()).json, "the plan");
      const { findings, unseen } = await findDrift(trial.environment, plan, vault(), { probe: true, now: Date.now() });
      // Not the policy that deploys them, which is written by hand too.
      expect(await vault().list("sys/policies/acl")).toContain("ns-deployer");
      expect(findings).toMatchObject([{ kind: "undeclared", what: `${b}/database/roles/stray` }]);
      expect(unseen).toEqual([]);
    } finally {
      await vault(b).delete("database/roles/stray");
    }
  });

  it("are told apart by the review, which counts the leases of the very one that goes", async () => {
    for (const team of [a, b, b]) await vault(team).issueCredentials("database", "reader");
    const lives = (await leases(b)).length;
    const kept = trial.parameters;
    trial.parameters = { ...kept, teams: [a] };
    try {
      const workspace = await trial.workspace();
      const { json } = await workspace.plan();
      workspace.removePlan();
      const { findings, blastRadius } = await reviewPlan(readPlan(json, "the plan"), { vault: vault() });
      const rules = findings.map(({ rule, what }) => `${rule} ${what}`);
      expect(rules).toContainEqual("namespace-removed the namespace ns-team-b is destroyed");
      expect(rules).toContainEqual(
        `destroyed in namespace ${b}: the secrets engine at database is destroyed: ${lives} live leases end with it`,
      );
      expect(blastRadius?.problems).toEqual([]);
      expect(
        blastRadius?.touched.find(({ byRole }) => Object.keys(byRole).some((path) => path.startsWith(a))),
      ).toBeUndefined();
      await expect(trial.leaseholdDeploy({ teams: [a] })).rejects.toThrow(
        new RegExp(
          `${lives} live leases \\(${b}/database/creds/reader ${lives}\\) must end before this plan is applied`,
        ),
      );
    } finally {
      trial.parameters = kept;
    }
    expect(await leases(b)).toHaveLength(lives);
  });

  it("are drained one by one where one of them goes, and come back", async () => {
    const before = await leases(a);
    await trial.leaseholdDeploy({ teams: [a] }, { drain: true });
    expect(await namespaces()).not.toContain(`${b}/`);
    expect(await leases(a)).toEqual(before);
    expect(await postgres.dynamicUsers()).toHaveLength(before.length);
    // Vault alone knew the password of its admin.
    await postgres.ask("postgres", `ALTER ROLE admin_of_${databaseOf(b)} PASSWORD '${secrets.admin_password}'`);
    await trial.deploy({ teams: [a, b] });
    expect(await opens(b, await vault(b).issueCredentials("database", "reader"))).toBe(true);
    expect((await trial.plan()).code).toBe(0);
  });

  it("are destroyed with their leases ended first, in each of them, and nothing is left", async () => {
    for (const team of [a, b]) await vault(team).issueCredentials("database", "reader");
    const lives = { [`${a}/database`]: (await leases(a)).length, [`${b}/database`]: (await leases(b)).length };
    // With the deployer's rights, too.
    const { revoked } = await trial.leaseholdDestroy({ vault: lab.operator().withToken(trial.token ?? "") });
    expect(revoked).toEqual(lives);
    expect(await namespaces().catch(() => [])).not.toEqual(expect.arrayContaining([`${a}/`]));
    expect(await namespaces().catch(() => [])).not.toEqual(expect.arrayContaining([`${b}/`]));
    expect(await postgres.dynamicUsers()).toEqual([]);
    expect(await vault().exists("sys/policies/acl/ns-operators")).toBe(false);
    const state = JSON.parse(readFileSync(join(trial.folder, "terraform.tfstate"), "utf8")) as { resources: unknown[] };
    expect(state.resources).toEqual([]);
  });
});
