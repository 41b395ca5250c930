import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import type { RunResult } from "../../cli/processes";
import { withSession } from "../../cli/servers/postgres-session";
import { type IssuedCredentials, trustedBy, VaultClient, VaultRefusal } from "../../cli/vault-client";
import { ProviderFeatures } from "../../constructs/core/provider-features";
import { isPostgres } from "../../environments/databases/schema";
import type { HostEnvironment } from "../../environments/load";
import { findLdapServer } from "../../cli/servers/ldap-server";
import { readParts, sharedLab, testContext } from "./parts";
import { invalidPassword } from "./postgres";
import { declared, filesBelow, ProdServers, secretsBelow, secretsIn } from "./prod-servers";
import { ProjectCopy } from "./project-copy";
import "./rig";

const missing = readParts().missing.vault;
const features = ProviderFeatures.of(readParts().provider.constraint);

/** What the provider can only keep in the state, with the plan that leads there; each is warned of. */
const keptSecrets = [
  ...(features.has("passwordWriteOnly")
    ? []
    : ["data_warehouse_prod_admin_password", "mysql_analytics_prod_admin_password", "postgres_prod_admin_password"]),
  ...(features.has("ldapBindPasswordWriteOnly") ? [] : ["ldap_bind_password"]),
].sort();

/** Where the provider lacks password_wo, the rule's own remedy: rotateRoot makes the kept password open nothing, and it is waived. */
const waivers = features.has("passwordWriteOnly")
  ? []
  : declared.databases.map(({ mount, name }) => ({
      rule: "LH-DB-001",
      construct: `mount-${mount}/${name}`,
      reason: "This provider has no password_wo; Vault changes the password as soon as it is deployed",
    }));

/** A first deployment gives access that nobody had, some of which is known when its logins are there. */
const labels = "access-widened,policy-unknown";

const directoryIsHere = findLdapServer(testContext().env) !== undefined;

const auth = z.object({ auth: z.object({ client_token: z.string(), policies: z.array(z.string()) }) });
const keyed = z.object({ data: z.record(z.string(), z.unknown()) });
const entry = z.object({ type: z.enum(["request", "response"]), request: z.object({ path: z.string() }) });

const describeOnVault = missing === undefined ? describe : describe.skip;

describeOnVault(
  `prod, but for its addresses, on servers with TLS${missing === undefined ? "" : `: ${missing}`}`,
  () => {
    let servers: ProdServers;
    let project: ProjectCopy;
    let env: HostEnvironment;
    let before: unknown;
    const said: string[] = [];

    /** The command line, whose every word is kept. */
    const leasehold = async (...args: readonly string[]): Promise<RunResult> => {
      const result = await project.leasehold(
        [...args, ...(args[0] === "policy" ? [] : ["--output", servers.output])],
        env,
      );
      said.push(result.stdout, result.stderr);
      return result;
    };
    const succeeded = ({ code, stdout, stderr }: RunResult) => {
      expect(code === 0 ? "" : stderr.trim().split("\n").slice(-30).join("\n")).toBe("");
      return stdout;
    };
    const workspace = () => project.workspace("prod", servers.output, env);

    /** All that a deployment could leave on the server. Entities are made by logins too, and outlive them. */
    const contents = async () => {
      const { operator } = servers;
      const keysOf = async (path: string) => Object.keys((await operator.read(path, keyed)).data).sort();
      return {
        mounts: await keysOf("sys/mounts"),
        auth: await keysOf("sys/auth"),
        audit: await keysOf("sys/audit"),
        policies: (await operator.list("sys/policies/acl")).sort(),
        passwordPolicies: (await operator.list("sys/policies/password")).sort(),
        rateLimits: (await operator.list("sys/quotas/rate-limit")).sort(),
        groups: await operator.list("identity/group/name"),
        uiHeaders: await operator.list("sys/config/ui/headers"),
        auditedHeaders: await keysOf("sys/config/auditing/request-headers").catch(() => []),
        leases: (await operator.list("sys/leases/lookup")).filter((name) => name !== "auth/"),
      };
    };

    const postgresOf = (name: string) => {
      const postgres = servers.postgres.get(name);
      if (postgres === undefined) throw new Error(`there is no ${name}`);
      return postgres;
    };

    const overTls = (name: string, database: string, login: Pick<IssuedCredentials, "username" | "password">) => ({
      ...postgresOf(name).session(database, login),
      ssl: { ca: servers.authority.pem },
    });

    const logIn = async (path: string, body: Record<string, unknown>) => {
      const anybody = new VaultClient({ address: servers.address, caFile: servers.authorityFile });
      const { client_token, policies } = (await anybody.ask(path, body, auth)).auth;
      return { client: anybody.withToken(client_token), policies };
    };

    /** A workflow of GitHub Actions, as its declared role asks for it. */
    const workflow = (ref: string) =>
      servers.signer.sign({
        iss: "https://token.actions.githubusercontent.com",
        aud: "https://vault.company.com",
        sub: `repo:company/app:environment:prod`,
        repository: "company/app",
        ref,
        environment: "prod",
        event_name: "push",
      });

    beforeAll(async () => {
      servers = await ProdServers.start(sharedLab("vault").operator());
      project = new ProjectCopy(servers.place.folderFor("project"));
      env = await servers.env();
      const policy = succeeded(await leasehold("policy", "deployer", "prod"));
      await servers.operator.write("sys/policies/acl/deployer", { policy });
      before = await contents();
    });

    afterAll(() => servers.close());

    if (waivers.length > 0) {
      it("is judged as production: what a provider keeps in the state is refused until somebody answers for it", async () => {
        const refused = await leasehold("deploy", "prod", "--yes", "--allow", labels);
        expect(refused.code).toBe(1);
        for (const { construct } of waivers)
          expect(refused.stderr).toMatch(new RegExp(`\\[prod/${construct}\\] .*\\(LH-DB-001\\)`));
        expect(await contents()).toEqual(before);
        project.edit(
          "environments/prod.ts",
          `  name: "prod",\n`,
          `  name: "prod",\n  waivers: ${JSON.stringify(waivers)},\n`,
        );
      });
    }

    it("is reviewed before it is deployed, and not by --yes alone", async () => {
      const refused = await leasehold("deploy", "prod", "--yes");
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/the plan holds \d+ changes that need more than --yes/);
      expect(await contents()).toEqual(before);
    });

    it("is on a server that nobody trusts who was not told whom to trust", async () => {
      const asked = (options: object) => new VaultClient({ address: servers.address, ...options }).sealStatus();
      await expect(asked({})).rejects.toThrow(/self-signed certificate|unable to verify/);
      expect(await asked(trustedBy(env))).toMatchObject({ sealed: false });
    });

    it("is planned without a secret, but for what the provider keeps", async () => {
      const planned = await (await workspace()).plan();
      expect(planned.hasChanges).toBe(true);
      expect(secretsIn(planned.json, servers.secrets)).toEqual(keptSecrets);
      (await workspace()).removePlan();
    });

    it("is deployed, as an AppRole that may do what its policy says and no more", async () => {
      const stdout = succeeded(await leasehold("deploy", "prod", "--yes", "--allow", labels));
      expect(stdout).toMatch(/^prod: \d+ added, 0 changed, 0 destroyed in /);
    });

    it("needs no second deployment", async () => {
      expect(succeeded(await leasehold("deploy", "prod", "--yes"))).toBe("prod: nothing to do, it is as declared\n");
      const planned = await (await workspace()).plan();
      expect(planned.hasChanges).toBe(false);
      expect(secretsIn(planned.json, servers.secrets)).toEqual(keptSecrets);
      (await workspace()).removePlan();
    });

    it("keeps in its state what the provider can't keep out of it, and no other secret", () => {
      const name = basename(servers.stateFile);
      const { [name]: state, [`${name}.backup`]: backup, ...others } = secretsBelow(servers.folder, servers.secrets);
      expect(others).toEqual({});
      expect(state ?? []).toEqual(keptSecrets);
      expect(backup ?? keptSecrets).toEqual(keptSecrets);
    });

    it("left the admins' first passwords good for nothing", async () => {
      for (const database of declared.databases) {
        const password = servers.secrets[database.admin.password.variableName] ?? "";
        const postgres = servers.postgres.get(database.name);
        if (postgres === undefined) continue;
        const login = { username: database.admin.username, password };
        await expect(
          withSession(overTls(database.name, "postgres", login), () => Promise.resolve()),
        ).rejects.toMatchObject(invalidPassword);
      }
    });

    it("lets a workflow of the protected branch read the application's database, over TLS, until its lease is revoked", async () => {
      const jwt = { role: "app-tests", jwt: workflow("refs/heads/main") };
      const { client } = await logIn("auth/github-actions/login", jwt);
      const user = await client.issueCredentials("database", "app-readonly");
      const session = overTls("postgres-prod", "app", user);
      await withSession(session, async (pg) => {
        const { rows } = await pg.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        expect(rows).toEqual([{ ssl: true }]);
        expect((await pg.query("SELECT * FROM items")).rows).toEqual([]);
        await expect(pg.query("INSERT INTO items VALUES (1, 'one')")).rejects.toMatchObject({ code: "42501" });
      });
      await expect(withSession({ ...session, ssl: undefined }, () => Promise.resolve())).rejects.toThrow(
        /rejects connection|no encryption/,
      );
      await expect(client.issueCredentials("database", "app-writer")).rejects.toMatchObject({ status: 403 });
      await servers.operator.revokeLease(user.leaseId);
      await expect(withSession(session, () => Promise.resolve())).rejects.toMatchObject(invalidPassword);
      expect(await postgresOf("postgres-prod").dynamicUsers()).toEqual([]);
    });

    it("lets no other branch in", async () => {
      const jwt = { role: "app-tests", jwt: workflow("refs/heads/other") };
      await expect(logIn("auth/github-actions/login", jwt)).rejects.toBeInstanceOf(VaultRefusal);
    });

    it("lets jobs of CI in by an AppRole of the environment's own", async () => {
      const body = {
        role_id: await servers.operator.readRoleId("approle", "ci"),
        secret_id: await servers.operator.issueSecretId("approle", "ci"),
      };
      const { client } = await logIn("auth/approle/login", body);
      const user = await client.issueCredentials("database", "app-readonly");
      expect(await postgresOf("postgres-prod").dynamicUsers()).toEqual([user.username]);
      await servers.operator.revokeLease(user.leaseId);
    });

    const withDirectory = directoryIsHere ? it : it.skip;

    withDirectory(
      "lets people of the directory in by their groups, over TLS: developers read, and who is on call ends leases",
      async () => {
        const password = servers.directory?.password;
        const anna = await logIn("auth/ldap/login/anna", { password });
        expect(anna.policies).toContain("developers");
        const user = await anna.client.issueCredentials("database", "app-readonly");
        await expect(anna.client.issueCredentials("analytics", "analyst")).rejects.toMatchObject({ status: 403 });
        const otto = await logIn("auth/ldap/login/otto", { password });
        await expect(otto.client.issueCredentials("database", "app-readonly")).rejects.toMatchObject({ status: 403 });
        await otto.client.write(`sys/leases/revoke/${user.leaseId}`, { sync: true });
        expect(await postgresOf("postgres-prod").dynamicUsers()).toEqual([]);
      },
    );

    it("issues users of every role that a server here can make, each of which logs in over TLS", async () => {
      for (const database of declared.databases.filter(isPostgres)) {
        for (const { name } of database.roles) {
          const user = await servers.operator.issueCredentials(database.mount, name);
          await withSession(overTls(database.name, database.database, user), async () => {
            const encrypted = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = $1";
            expect(await postgresOf(database.name).ask("postgres", encrypted, [user.username])).toEqual([
              { ssl: true },
            ]);
          });
          await servers.operator.revokeLease(user.leaseId);
        }
        expect(await postgresOf(database.name).dynamicUsers()).toEqual([]);
      }
    });

    // Without --probe: a MariaDB does not take the users that are declared for MySQL.
    it("has not drifted by all that: who is in a group that the directory knows is not Terraform's", async () => {
      const drift = await project.leasehold(["drift", "prod", "--output", servers.output], {
        ...env,
        VAULT_TOKEN: servers.rootToken,
      });
      said.push(drift.stdout, drift.stderr);
      expect(drift.code === 0 ? "" : `${drift.stdout}\n${drift.stderr}`).toBe("");
      expect(succeeded(await leasehold("deploy", "prod", "--yes"))).toBe("prod: nothing to do, it is as declared\n");
    });

    it("has its engines: keys that encrypt, an authority that issues, secrets whose writes name what they replace", async () => {
      const { operator } = servers;
      const plaintext = Buffer.from("canary of a customer").toString("base64");
      const encrypted = await operator.ask("transit/encrypt/app-data", { plaintext }, keyed);
      const decrypted = await operator.ask("transit/decrypt/app-data", encrypted.data, keyed);
      expect(decrypted.data["plaintext"]).toBe(plaintext);
      const inside = { common_name: "app.internal.company.com" };
      const { data } = await operator.ask("pki/issue/services", inside, keyed);
      const { certificate, ca_chain: chain } = z
        .object({ certificate: z.string(), ca_chain: z.array(z.string()) })
        .parse(data);
      // The root, which clients have, is no part of it.
      const [authority] = chain.map((each) => new X509Certificate(each));
      expect(chain).toHaveLength(1);
      expect(authority?.subject).toContain("Company Services");
      expect(authority !== undefined && new X509Certificate(certificate).verify(authority.publicKey)).toBe(true);
      await expect(operator.ask("pki/issue/services", { common_name: "company.com" }, keyed)).rejects.toThrow(
        /not allowed by this role/,
      );
      const secret = "secret/data/prod/app/payments/api-key";
      await expect(operator.write(secret, { data: { key: "one" } })).rejects.toThrow(
        /check-and-set parameter required/,
      );
      await operator.write(secret, { data: { key: "one" }, options: { cas: 0 } });
      expect((await operator.read("aws/roles/deploy", keyed)).data["credential_type"]).toEqual("assumed_role");
    });

    it("is hardened: strong passwords, a pool with an end, limits of requests and logins", async () => {
      const { operator } = servers;
      const user = await operator.issueCredentials("database", "app-readonly");
      expect(user.password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*[-._~])[A-Za-z0-9._~-]{24}$/);
      await operator.revokeLease(user.leaseId);
      const { connection_details: details } = await operator.readConnection("database", "postgres-prod");
      expect(details).toMatchObject({
        max_open_connections: 5,
        max_idle_connections: 2,
        max_connection_lifetime: "300s",
      });
      const limited = (await operator.read("sys/quotas/rate-limit/requests", keyed)).data;
      expect(limited).toMatchObject({ rate: 500, interval: 1, path: "" });
      expect((await operator.read("sys/quotas/rate-limit/logins-ldap", keyed)).data).toMatchObject({
        rate: 60,
        interval: 60,
      });
      expect((await operator.list("sys/config/ui/headers")).map((name) => name.toLowerCase())).toContain(
        "x-content-type-options",
      );
    });

    it("wrote down who asked for what, in both files, with secrets as HMACs", () => {
      for (const file of servers.auditFiles) {
        const text = readFileSync(file, "utf8");
        expect(secretsIn(text, servers.secrets)).toEqual([]);
        expect(text).toContain("hmac-sha256:");
        const paths = text
          .trim()
          .split("\n")
          .map((line) => entry.parse(JSON.parse(line)).request.path);
        expect(paths).toEqual(
          expect.arrayContaining([
            ...declared.databases.map(({ mount, name }) => `${mount}/config/${name}`),
            ...declared.auth.flatMap((method) => (method.method === "token" ? [] : [`sys/auth/${method.path}`])),
            "auth/github-actions/login",
            "database/creds/app-readonly",
            "sys/leases/revoke",
          ]),
        );
      }
    });

    it("can't be destroyed while it is protected", async () => {
      const refused = await leasehold("destroy", "prod", "--yes");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("[environment prod] is protected");
    });

    it("is destroyed once the protection is lifted and that is deployed; nothing is left on the server", async () => {
      const { operator } = servers;
      const live = await operator.issueCredentials("database", "app-writer");
      project.edit("environments/prod.ts", "preventDestroy: true", "preventDestroy: false");
      expect(succeeded(await leasehold("deploy", "prod", "--yes"))).toBe("prod: nothing to do, it is as declared\n");
      const kept = await leasehold("destroy", "prod", "--yes");
      expect(kept.stderr).toContain("[environment prod] keys transit/app-data, transit/app-tokens can't be deleted");
      for (const type of ['"aes256-gcm96"', '"ed25519"']) {
        const given = `type: ${type}, rotationPeriod: "90d"`;
        project.edit(
          "environments/company/engines.ts",
          given,
          `${given}, deletableReason: "what it encrypted is gone"`,
        );
      }
      succeeded(await leasehold("deploy", "prod", "--yes", "--allow", "protection-lowered"));
      const destroyed = succeeded(await leasehold("destroy", "prod", "--yes"));
      expect(destroyed).toMatch(/^database: 1 leases revoked$/m);
      expect(destroyed).toMatch(/prod: \d+ resources destroyed\n$/);
      expect(await contents()).toEqual(before);
      expect(await postgresOf("postgres-prod").dynamicUsers()).toEqual([]);
      const session = overTls("postgres-prod", "app", live);
      await expect(withSession(session, () => Promise.resolve())).rejects.toMatchObject(invalidPassword);
      expect((JSON.parse(readFileSync(servers.stateFile, "utf8")) as { resources: unknown[] }).resources).toEqual([]);
    });

    it("left no secret in what Terraform was given, in what was printed, or in the servers' logs", () => {
      expect(secretsIn(said.join("\n"), servers.secrets)).toEqual([]);
      expect(servers.serverLogs.length).toBeGreaterThanOrEqual(3);
      for (const log of servers.serverLogs) expect(secretsIn(readFileSync(log, "utf8"), servers.secrets)).toEqual([]);
      expect(secretsBelow(servers.output, servers.secrets)).toEqual({});
      const synthesised = filesBelow(servers.output).filter((file) => file.endsWith("cdk.tf.json"));
      expect(synthesised.length).toBeGreaterThan(0);
    });
  },
);
