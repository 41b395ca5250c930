import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ThrowAway } from "../../cli/servers/throw-away";
import { parseEnvironment } from "../../environments/load";
import { ConstructTrial } from "./construct-trial";
import { declare } from "./declarations/grants";
import { declare as declareOnePostgres } from "./declarations/one-postgres";
import { onlyPostgres, TestPostgres } from "./postgres";
import { loginAs, type Method, statusOf } from "./requests";
import { describeOnEachServer } from "./rig";

/** Who asks, how, for what, with which body. */
type Request = readonly [login: string, method: Method, path: string, body?: object];

const data = { data: { key: "value" } };
const versions = { versions: [1] };
const plaintext = { plaintext: Buffer.from("text").toString("base64") };
const signed = { input: plaintext.plaintext };

/** In this order: what is deleted is restored and destroyed further down. */
const kvAllowed: readonly Request[] = [
  ["kv-read", "GET", "grants-kv/data/app"],
  ["kv-read", "GET", "grants-kv/data/app/deep/one"],
  ["kv-read", "GET", "grants-kv/metadata/app"],
  ["kv-write", "POST", "grants-kv/data/app/new", data],
  ["kv-write", "POST", "grants-kv/data/app/new", { ...data, options: { cas: 1 } }],
  ["kv-write", "PATCH", "grants-kv/data/app", data],
  ["kv-list", "LIST", "grants-kv/metadata/app"],
  ["kv-list", "LIST", "grants-kv/metadata/app/deep/"],
  ["kv-delete", "DELETE", "grants-kv/data/app/deep/one"],
  ["kv-delete", "POST", "grants-kv/delete/app/deep/one", versions],
  ["kv-undelete", "POST", "grants-kv/undelete/app/deep/one", versions],
  ["kv-destroy", "POST", "grants-kv/destroy/app/deep/one", versions],
  ["kv-destroy", "DELETE", "grants-kv/metadata/app/deep/one"],
  ["kv-keeper", "POST", "grants-kv/data/app/state", data],
  ["kv-keeper", "GET", "grants-kv/data/app/state"],
  ["kv-keeper", "GET", "grants-kv/data/app"],
];

const kvRefused: readonly Request[] = [
  ["kv-read", "GET", "grants-kv/data/app-other"],
  ["kv-read", "GET", "grants-kv/metadata/app-other"],
  ["kv-read", "GET", "grants-kv/data/other"],
  ["kv-read", "POST", "grants-kv/data/app", data],
  ["kv-read", "LIST", "grants-kv/metadata/app"],
  ["kv-write", "GET", "grants-kv/data/app"],
  ["kv-write", "POST", "grants-kv/data/app-other", data],
  ["kv-write", "POST", "grants-kv/data/app-new", data],
  ["kv-write", "POST", "grants-kv/metadata/app", { max_versions: 1 }],
  ["kv-write", "DELETE", "grants-kv/data/app"],
  ["kv-list", "LIST", "grants-kv/metadata"],
  ["kv-list", "LIST", "grants-kv/metadata/app-other"],
  ["kv-list", "GET", "grants-kv/metadata/app"],
  ["kv-list", "GET", "grants-kv/data/app"],
  ["kv-delete", "DELETE", "grants-kv/data/app-other"],
  ["kv-delete", "POST", "grants-kv/delete/app-other", versions],
  ["kv-delete", "DELETE", "grants-kv/metadata/app"],
  ["kv-delete", "POST", "grants-kv/destroy/app", versions],
  ["kv-undelete", "POST", "grants-kv/undelete/app-other", versions],
  ["kv-undelete", "POST", "grants-kv/delete/app", versions],
  ["kv-destroy", "POST", "grants-kv/destroy/app-other", versions],
  ["kv-destroy", "DELETE", "grants-kv/metadata/app-other"],
  ["kv-destroy", "DELETE", "grants-kv/data/app"],
  ["kv-keeper", "POST", "grants-kv/data/app", data],
  ["kv-keeper", "POST", "grants-kv/data/app/statement", data],
];

const keysRefused: readonly Request[] = [
  ["encrypt", "POST", "grants-transit/encrypt/app-other", plaintext],
  ["encrypt", "POST", "grants-transit/decrypt/app", {}],
  ["encrypt-absent", "POST", "grants-transit/encrypt/absent", plaintext],
  ["decrypt", "POST", "grants-transit/decrypt/app-other", {}],
  ["decrypt", "POST", "grants-transit/encrypt/app", plaintext],
  ["rewrap", "POST", "grants-transit/rewrap/app-other", {}],
  ["rewrap", "POST", "grants-transit/decrypt/app", {}],
  ["sign", "POST", "grants-transit/sign/signer-other", signed],
  ["sign", "POST", "grants-transit/sign/signer-other/sha2-512", signed],
  ["sign", "POST", "grants-transit/verify/signer", signed],
  ["verify", "POST", "grants-transit/verify/signer-other", signed],
  ["verify", "POST", "grants-transit/sign/signer", signed],
  ["pki-issue", "POST", "grants-pki/issue/app-other", { common_name: "a.test" }],
  ["pki-issue", "POST", "grants-pki/sign/app", {}],
  ["pki-sign", "POST", "grants-pki/sign/app-other", {}],
  ["pki-sign", "POST", "grants-pki/issue/app", { common_name: "a.test" }],
  ["pki-revoke", "POST", "grants-pki/revoke", { serial_number: "00" }],
];

const databaseRefused: readonly Request[] = [
  ["credentials", "GET", "grants/creds/app-other"],
  ["credentials", "GET", "grants/static-creds/legacy"],
  ["credentials", "GET", "grants/roles/app"],
  ["static", "GET", "grants/creds/app"],
  ["static", "GET", "grants/creds/legacy"],
  ["renewal", "GET", "grants/creds/app"],
  ["manager", "GET", "grants/creds/app"],
  ["manager", "LIST", "sys/leases/lookup/grants/creds/app-other"],
  ["manager", "LIST", "sys/leases/lookup/grants/creds"],
  ["manager", "POST", "sys/leases/revoke-prefix/grants/creds/app-other", {}],
  ["manager", "POST", "sys/leases/revoke-prefix/grants/creds", {}],
  ["manager", "POST", "sys/leases/revoke-force/grants/creds/app", {}],
  ["mount-renewal", "POST", "sys/leases/revoke-prefix/grants/creds/app", {}],
  ["dba", "GET", "grants/creds/later"],
  ["dba", "LIST", "sys/leases/lookup/grants/creds/later"],
];

const titleOf = ([login, method, path]: Request) => `${login} ${method} ${path}`;

describeOnEachServer("grants", (_product, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  const mounts = ["grants-kv", "grants-transit", "grants-pki"];
  const tokens = new Map<string, string>();
  let place: ThrowAway;
  let trial: ConstructTrial<{ readonly port: number }>;
  const vault = () => lab.operator();

  async function ask(...[login, method, path, body]: Request): Promise<number> {
    const token = tokens.get(login) ?? (await loginAs(lab, "grants", login));
    tokens.set(login, token);
    return statusOf(lab, token, method, path, body);
  }
  function refuses(requests: readonly Request[]): void {
    for (const request of requests) {
      it(`refuse ${titleOf(request)}`, async () => {
        expect(await ask(...request)).toBe(403);
      });
    }
  }
  const lease = (role: string) => vault().issueCredentials("grants", role);
  const isAlive = async (leaseId: string) => (await vault().lookUpLease(leaseId)) !== undefined;

  beforeAll(async () => {
    place = await ThrowAway.open();
    const postgres = await TestPostgres.start(place);
    const connection = { host: "127.0.0.1", port: postgres.port };
    const server = {
      vault: { address: "http://127.0.0.1", provider: ">= 4.4" },
      state: { backend: "local", path: "unused" },
    } as const;
    const environment = parseEnvironment(declareOnePostgres({ name: "grants", connection, ...server }));
    await postgres.bootstrap(onlyPostgres(environment), secrets.admin_password);
    await postgres.ask("grants", "CREATE ROLE legacy LOGIN; GRANT legacy TO admin_of_grants WITH ADMIN OPTION");
    trial = new ConstructTrial(lab, { name: "grants", declare, parameters: { port: postgres.port }, secrets });
    await cleanUp();
    await mountOthers();
    await trial.deploy();
    await vault().write("grants/roles/later", {
      db_name: "postgres",
      creation_statements: ["CREATE ROLE later"],
      revocation_statements: ["DROP ROLE later"],
    });
  });

  afterAll(async () => {
    await cleanUp();
    await place.close();
  });

  it("T14: are deployed with an empty second plan", async () => {
    expect((await trial.plan()).code).toBe(0);
  });

  describe("on databases", () => {
    it("give users of a role, and the password of a static user", async () => {
      expect(await ask("credentials", "GET", "grants/creds/app")).toBe(200);
      expect(await ask("static", "GET", "grants/static-creds/legacy")).toBe(200);
    });

    it("on a mount give every declared role's", async () => {
      for (const path of ["creds/app", "creds/app-other", "static-creds/legacy"]) {
        expect(await ask("dba", "GET", `grants/${path}`)).toBe(200);
      }
    });

    refuses(databaseRefused);

    it("let leases of the role be renewed, named in the URL, and no others", async () => {
      const [mine, neighbours] = [await lease("app"), await lease("app-other")];
      for (const login of ["renewal", "manager", "dba", "mount-renewal"]) {
        expect(await ask(login, "POST", `sys/leases/renew/${mine.leaseId}`, { increment: 1800 })).toBe(200);
      }
      for (const login of ["renewal", "manager"]) {
        expect(await ask(login, "POST", `sys/leases/renew/${neighbours.leaseId}`, {})).toBe(403);
        expect(await ask(login, "POST", "sys/leases/renew", { lease_id: mine.leaseId })).toBe(403);
      }
    });

    it("don't let a body name another lease than the URL does, which the server would take", async () => {
      const [mine, neighbours] = [await lease("app"), await lease("app-other")];
      for (const name of ["lease_id", "Lease_ID"]) {
        const body = { [name]: neighbours.leaseId, sync: true };
        expect(await ask("renewal", "POST", `sys/leases/renew/${mine.leaseId}`, body)).toBe(403);
        expect(await ask("manager", "POST", `sys/leases/revoke/${mine.leaseId}`, body)).toBe(403);
      }
      expect(await isAlive(neighbours.leaseId)).toBe(true);
      // A URL of the one with the body of the other, from somebody who may do everything: the body's is the one that ends.
      await vault().write(`sys/leases/revoke/${mine.leaseId}`, { lease_id: neighbours.leaseId, sync: true });
      expect([await isAlive(mine.leaseId), await isAlive(neighbours.leaseId)]).toEqual([true, false]);
    });

    it("take away nothing that a login has by itself", async () => {
      const neighbours = await lease("app-other");
      const body = { lease_id: neighbours.leaseId, increment: 1800 };
      expect(await ask("program", "POST", "sys/leases/renew", body)).toBe(200);
      expect(await ask("program", "POST", "sys/leases/lookup", { lease_id: neighbours.leaseId })).toBe(200);
    });

    it("let leases of the role be listed and ended, one and all", async () => {
      const [first, second, neighbours] = [await lease("app"), await lease("app"), await lease("app-other")];
      expect(await ask("manager", "LIST", "sys/leases/lookup/grants/creds/app")).toBe(200);
      expect(await ask("manager", "POST", `sys/leases/revoke/${neighbours.leaseId}`, { sync: true })).toBe(403);
      expect(await ask("manager", "POST", `sys/leases/revoke/${first.leaseId}`, { sync: true })).toBe(204);
      expect([await isAlive(first.leaseId), await isAlive(second.leaseId)]).toEqual([false, true]);
      const other = { prefix: "grants/creds/app-other", sync: true };
      expect(await ask("manager", "POST", "sys/leases/revoke-prefix/grants/creds/app", other)).toBe(204);
      expect([await isAlive(second.leaseId), await isAlive(neighbours.leaseId)]).toEqual([false, true]);
      expect(await ask("dba", "POST", "sys/leases/revoke-prefix/grants/creds/app-other", { sync: true })).toBe(204);
      expect(await isAlive(neighbours.leaseId)).toBe(false);
    });
  });

  describe("on KV", () => {
    for (const request of kvAllowed) {
      it(`allow ${titleOf(request)}`, async () => {
        expect([200, 204]).toContain(await ask(...request));
      });
    }

    refuses(kvRefused);
  });

  describe("on keys and certificates", () => {
    it("encrypt, decrypt and rewrap", async () => {
      expect(await ask("encrypt", "POST", "grants-transit/encrypt/app", plaintext)).toBe(200);
      const answer = z.object({ data: z.object({ ciphertext: z.string() }) });
      const { data: encrypted } = await vault().ask("grants-transit/encrypt/app", plaintext, answer);
      expect(await ask("decrypt", "POST", "grants-transit/decrypt/app", encrypted)).toBe(200);
      expect(await ask("rewrap", "POST", "grants-transit/rewrap/app", encrypted)).toBe(200);
    });

    it("sign and verify, also with a hash algorithm in the URL", async () => {
      const answer = z.object({ data: z.object({ signature: z.string() }) });
      for (const path of ["signer", "signer/sha2-512"]) {
        expect(await ask("sign", "POST", `grants-transit/sign/${path}`, signed)).toBe(200);
        const { data: signature } = await vault().ask(`grants-transit/sign/${path}`, signed, answer);
        expect(await ask("verify", "POST", `grants-transit/verify/${path}`, { ...signed, ...signature })).toBe(200);
      }
    });

    it("issue, sign, and revoke what one has the key of", async () => {
      expect(await ask("pki-issue", "POST", "grants-pki/issue/app", { common_name: "a.test" })).toBe(200);
      const csr = z.object({ data: z.object({ csr: z.string() }) });
      const { data: request } = await vault().ask(
        "grants-pki/intermediate/generate/internal",
        { common_name: "b.test" },
        csr,
      );
      expect(await ask("pki-sign", "POST", "grants-pki/sign/app", { ...request, common_name: "b.test" })).toBe(200);
      const pair = z.object({ data: z.object({ certificate: z.string(), private_key: z.string() }) });
      const issue = () => vault().ask("grants-pki/issue/app", { common_name: "c.test" }, pair);
      const [{ data: own }, { data: neighbours }] = [await issue(), await issue()];
      const stolen = { certificate: neighbours.certificate, private_key: own.private_key };
      // The servers call it an error of their own.
      expect(await ask("pki-revoke", "POST", "grants-pki/revoke-with-key", stolen)).toBe(500);
      expect(await ask("pki-revoke", "POST", "grants-pki/revoke-with-key", own)).toBe(200);
    });

    refuses(keysRefused);
  });

  it("are gone with the stack", async () => {
    await vault().revokePrefix("grants/creds");
    await trial.destroy();
    const policies = await vault().list("sys/policies/acl");
    expect(policies.filter((name) => name.startsWith("grants-"))).toEqual([]);
    expect(await vault().exists("sys/mounts/grants")).toBe(false);
  });

  /** What other teams look after. */
  async function mountOthers(): Promise<void> {
    await vault().write("sys/mounts/grants-kv", { type: "kv", options: { version: "2" } });
    await vault().write("sys/mounts/grants-transit", { type: "transit" });
    await vault().write("sys/mounts/grants-pki", { type: "pki" });
    for (const key of ["app", "app-other"]) await vault().write(`grants-transit/keys/${key}`, {});
    for (const key of ["signer", "signer-other"]) {
      await vault().write(`grants-transit/keys/${key}`, { type: "ecdsa-p256" });
    }
    await vault().write("grants-pki/root/generate/internal", { common_name: "grants.test" });
    for (const role of ["app", "app-other"]) {
      await vault().write(`grants-pki/roles/${role}`, { allow_any_name: true, ttl: "1h" });
    }
    await untilVersioned();
    for (const secret of ["app", "app/deep/one", "app-other", "app-other/one", "other"]) {
      await vault().write(`grants-kv/data/${secret}`, data);
    }
  }

  /** A KV mount turns into one with versions on its own, soon after it was made. */
  async function untilVersioned(): Promise<void> {
    const end = Date.now() + 20_000;
    while ((await statusOf(lab, lab.rootToken(), "POST", "grants-kv/data/first", data)) !== 200 && Date.now() < end) {
      await sleep(200);
    }
  }

  async function cleanUp(): Promise<void> {
    await vault().write("sys/leases/revoke-force/grants", {});
    for (const mount of ["grants", ...mounts]) await vault().delete(`sys/mounts/${mount}`);
    await vault().delete("sys/auth/grants");
    for (const policy of await vault().list("sys/policies/acl")) {
      if (policy.startsWith("grants-")) await vault().delete(`sys/policies/acl/${policy}`);
    }
    trial.forget();
  }
});
