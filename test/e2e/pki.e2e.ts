import acme from "acme-client";
import { X509Certificate } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import { ChallengeDns } from "./challenge-dns";
import { declare, type PkiParameters } from "./declarations/pki";
import { OpenSsl } from "./openssl";
import { loginAs, statusOf } from "./requests";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const issuedAnswer = z.object({
  data: z.object({
    certificate: z.string(),
    issuing_ca: z.string(),
    ca_chain: z.array(z.string()),
    private_key: z.string().optional(),
    serial_number: z.string(),
  }),
});
const refusal = z.object({ errors: z.array(z.string()) });
const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const keysAnswer = z.object({ data: z.object({ keys: z.array(z.string()) }) });

type Issued = z.output<typeof issuedAnswer>["data"];

const eabAnswer = z.object({ data: z.object({ id: z.string(), key: z.string() }) });

const mounts = ["pki-trial", "pki-trial-root", "pki-trial-external", "pki-trial-short"];
const deployer = "pki-trial-deployer";

describeOnEachServer("certificate authorities", (_product, lab) => {
  const trial = new Trial<PkiParameters>(
    lab,
    join(__dirname, "declarations", "pki.ts"),
    declare,
    { issuers: ["ca-2026"], dnsResolver: "127.0.0.1:1" },
    {},
  );
  let dns: ChallengeDns;
  const openssl = new OpenSsl();
  const vault = () => lab.operator();
  const address = () => `http://127.0.0.1:${lab.record().vaultPort}/v1`;
  const state = () => readFileSync(join(trial.folder, "terraform.tfstate"), "utf8");

  const tokens = new Map<string, string>();
  async function tokenOf(login: string): Promise<string> {
    const token = tokens.get(login) ?? (await loginAs(lab, "pki-trial", login));
    tokens.set(login, token);
    return token;
  }

  async function ask(login: string, path: string, body: object): Promise<Response> {
    return fetch(`${address()}/${path}`, {
      method: "POST",
      headers: { "X-Vault-Token": login === "" ? lab.rootToken() : await tokenOf(login) },
      body: JSON.stringify(body),
    });
  }

  async function issue(path: string, body: object, login = ""): Promise<Issued> {
    const response = await ask(login, path, body);
    const answer: unknown = await response.json();
    if (response.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return issuedAnswer.parse(answer).data;
  }

  /** What anybody can have, without a login. */
  async function open(path: string): Promise<Buffer> {
    const response = await fetch(`${address()}/${path}`);
    expect(response.status).toBe(200);
    return Buffer.from(await response.arrayBuffer());
  }

  const root = async () => (await open("pki-trial-root/issuer/root-2026/pem")).toString();
  const serialOf = ({ serial_number }: Issued) => serial_number.replaceAll(":", "").toUpperCase();

  /** The CRL that a certificate names, as it is after one was made anew. */
  async function crlOf(certificate: string): Promise<string> {
    const url = /URI:(http\S+\/crl\/der)/.exec(await openssl.describe(certificate))?.[1] ?? "";
    expect(url).toMatch(/^http/);
    return openssl.crlOf(Buffer.from(await (await fetch(url)).arrayBuffer()));
  }

  async function keysOf(path: string): Promise<string[]> {
    const response = await fetch(`${address()}/${path}?list=true`, { headers: { "X-Vault-Token": lab.rootToken() } });
    return keysAnswer.parse(await response.json()).data.keys;
  }

  async function cleanUp(): Promise<void> {
    for (const mount of mounts) await vault().delete(`sys/mounts/${mount}`);
    await vault().delete("sys/auth/pki-trial");
    for (const policy of await vault().list("sys/policies/acl")) {
      if (policy.startsWith("pki-trial")) await vault().delete(`sys/policies/acl/${policy}`);
    }
    rmSync(trial.folder, { recursive: true, force: true });
  }

  beforeAll(async () => {
    await cleanUp();
    await vault().write(`sys/policies/acl/${deployer}`, { policy: deployerPolicy(trial.environment).toHcl() });
    const { auth } = await vault().ask("auth/token/create", { policies: [deployer] }, tokenAnswer);
    trial.token = auth.client_token;
    dns = await ChallengeDns.open();
    await trial.deploy({ dnsResolver: dns.address });
  });

  afterAll(async () => {
    dns.close();
    openssl.remove();
    await cleanUp();
  });

  it("are made by a login with the deployer's policy alone, and need no second deployment", async () => {
    expect((await trial.plan()).code).toBe(0);
  });

  it("keep their keys: no state, plan or synthesised stack has one", async () => {
    const { json } = await trial.plan();
    const stack = readFileSync(join(trial.folder, "cdktf.out", "stacks", "pki-trial", "cdk.tf.json"), "utf8");
    for (const text of [state(), json, stack]) expect(text).not.toContain("PRIVATE KEY");
  });

  let first: Issued;

  it("issue to who was granted it, and the chain holds", async () => {
    first = await issue("pki-trial/issue/web", { common_name: "a.company.test" }, "server");
    expect(first.private_key).toContain("PRIVATE KEY");
    const [leaf, authority, top] = [first.certificate, first.issuing_ca, await root()].map(
      (pem) => new X509Certificate(pem),
    );
    expect(leaf?.checkIssued(authority as X509Certificate)).toBe(true);
    expect(authority?.checkIssued(top as X509Certificate)).toBe(true);
    expect(leaf?.verify((authority as X509Certificate).publicKey)).toBe(true);
    expect(authority?.verify((top as X509Certificate).publicKey)).toBe(true);
    expect(leaf?.checkHost("a.company.test")).toBe("a.company.test");
    expect(await openssl.problemsOf(first.certificate, { chain: first.ca_chain, roots: await root() })).toBe("");
    const words = await openssl.describe(first.certificate);
    expect(words).toMatch(/TLS Web Server Authentication\s*\n/);
    expect(words).toMatch(/OCSP - URI:http.*\/v1\/pki-trial\/ocsp/);
    expect(await openssl.describe(first.issuing_ca)).toMatch(/CA:TRUE, pathlen:0/);
  });

  it.each([
    ["server", "issue/web-other", { common_name: "a.company.test" }, 403],
    ["server", "sign/web", {}, 403],
    ["server", "revoke", { serial_number: "00" }, 403],
    ["server", "issue/web", { common_name: "company.test" }, 400],
    ["server", "issue/web", { common_name: "a.other.test" }, 400],
    ["server", "issue/web", { common_name: "*.company.test" }, 400],
    ["server", "issue/web", { common_name: "a.company.test", ip_sans: "127.0.0.1" }, 400],
    ["signer", "issue/web", { common_name: "a.company.test" }, 403],
    ["owner", "revoke", { serial_number: "00" }, 403],
    ["responder", "issue/web", { common_name: "a.company.test" }, 403],
    ["responder", "config/crl", { disable: true }, 403],
    ["acme", "roles/web-other/acme/new-eab", {}, 403],
    ["acme", "acme/new-eab", {}, 403],
  ])("refuse %s at %s with %j", async (login, path, body, status) => {
    expect((await ask(login, `pki-trial/${path}`, body)).status).toBe(status);
  });

  it("sign requests of who keeps the key", async () => {
    const csr = await openssl.request("/CN=b.company.test");
    const signed = await issue("pki-trial/sign/web", { csr, common_name: "b.company.test" }, "signer");
    expect(signed.private_key).toBeUndefined();
    expect(await openssl.problemsOf(signed.certificate, { chain: signed.ca_chain, roots: await root() })).toBe("");
  });

  it("take names, keys and uses as their roles say", async () => {
    const csr = (uri: string) => openssl.request("/", `URI:${uri}`);
    const mesh = await issue("pki-trial/sign/mesh", { csr: await csr("spiffe://company.test/ns/web") });
    expect(new X509Certificate(mesh.certificate).subjectAltName).toBe("URI:spiffe://company.test/ns/web");
    expect(await openssl.describe(mesh.certificate)).toContain("TLS Web Client Authentication");
    const foreign = { csr: await csr("spiffe://other.test/ns/web") };
    expect((await ask("", "pki-trial/sign/mesh", foreign)).status).toBe(400);
    const rsa = await issue("pki-trial/issue/rsa", { common_name: "r.company.test", ip_sans: "127.0.0.1" });
    const words = await openssl.describe(rsa.certificate);
    expect(words).toMatch(/RSA Public-Key|Public Key Algorithm: rsaEncryption/);
    expect(words).toMatch(/O ?= ?Company/);
    expect(words).toContain("IP Address:127.0.0.1");
    const edwards = await issue("pki-trial/issue/edwards", { common_name: "e.company.test" });
    expect(new X509Certificate(edwards.certificate).publicKey.asymmetricKeyType).toBe("ed25519");
    expect(await openssl.describe(edwards.certificate)).toContain("Code Signing");
  });

  it("say by OCSP what was revoked, and put it on the CRL that the certificate itself names", async () => {
    const lost = await issue("pki-trial/issue/web", { common_name: "lost.company.test" }, "server");
    const all = async () => [await crlOf(lost.certificate), await crlOf(lost.issuing_ca)];
    const given = async () => ({ chain: lost.ca_chain, roots: await root(), crls: await all() });
    const answer = async () => openssl.statusOf(lost.certificate, lost.issuing_ca, await root());
    expect(await openssl.problemsOf(lost.certificate, await given())).toBe("");
    expect(await answer()).toBe("good");
    const { status } = await ask("responder", "pki-trial/revoke", { serial_number: lost.serial_number });
    expect(status).toBe(200);
    expect(await answer()).toBe("revoked");
    expect(await statusOf(lab, await tokenOf("responder"), "GET", "pki-trial/crl/rotate")).toBe(200);
    expect(await openssl.revokedIn(await crlOf(lost.certificate))).toContain(serialOf(lost));
    expect(await openssl.problemsOf(lost.certificate, await given())).toContain("certificate revoked");
    expect(await openssl.problemsOf(first.certificate, { ...(await given()), chain: first.ca_chain })).toBe("");
  });

  it("let a key's holder revoke its certificate, and no other", async () => {
    const own = await issue("pki-trial/issue/web", { common_name: "own.company.test" }, "server");
    const stolen = { certificate: first.certificate, private_key: own.private_key };
    expect((await ask("owner", "pki-trial/revoke-with-key", stolen)).status).toBe(500);
    const mine = { certificate: own.certificate, private_key: own.private_key };
    expect((await ask("owner", "pki-trial/revoke-with-key", mine)).status).toBe(200);
  });

  it("refuse a certificate that would outlive its issuer, and say so", async () => {
    const response = await ask("", "pki-trial-short/issue/web", { common_name: "a.company.test" });
    expect(response.status).toBe(400);
    expect(refusal.parse(await response.json()).errors.join()).toContain("beyond the expiration of the CA certificate");
  });

  it("answer as ACME servers to who has an account", async () => {
    const directory = z.object({
      newNonce: z.url(),
      newAccount: z.url(),
      meta: z.object({ externalAccountRequired: z.literal(true) }),
    });
    const answer = directory.parse(JSON.parse((await open("pki-trial/roles/web/acme/directory")).toString()));
    expect(answer.newNonce).toBe(`${address()}/pki-trial/roles/web/acme/new-nonce`);
    const nonce = await fetch(answer.newNonce, { method: "HEAD" });
    expect(nonce.headers.get("replay-nonce")).toMatch(/.{16,}/);
    expect((await fetch(`${address()}/pki-trial/roles/web-other/acme/directory`)).status).not.toBe(200);
    expect((await ask("acme", "pki-trial/roles/web/acme/new-eab", {})).status).toBe(200);
  });

  describe("as ACME servers", () => {
    const directoryUrl = () => `${address()}/pki-trial/roles/web/acme/directory`;
    /** How long a client waits for what is pending, in milliseconds. */
    const patience = { backoffMin: 100, backoffMax: 1000 };

    /** A client of somebody who was granted an account. */
    async function acmeClient(backoffAttempts: number): Promise<acme.Client> {
      const answer = await ask("acme", "pki-trial/roles/web/acme/new-eab", {});
      const { id: kid, key: hmacKey } = eabAnswer.parse(await answer.json()).data;
      const accountKey = await acme.crypto.createPrivateEcdsaKey();
      return new acme.Client({
        ...patience,
        backoffAttempts,
        directoryUrl: directoryUrl(),
        accountKey,
        externalAccountBinding: { kid, hmacKey },
      });
    }

    async function certify(name: string, prove: (text: string) => void, attempts = 20): Promise<string> {
      const [, csr] = await acme.crypto.createCsr({ altNames: [name] }, await acme.crypto.createPrivateEcdsaKey());
      return (await acmeClient(attempts)).auto({
        csr,
        termsOfServiceAgreed: true,
        challengePriority: ["dns-01"],
        skipChallengeVerification: true,
        challengeCreateFn: (_authorization, _challenge, text) => {
          prove(text);
          return Promise.resolve();
        },
        challengeRemoveFn: () => {
          dns.forget(name);
          return Promise.resolve();
        },
      });
    }

    it("issue to who shows by DNS that a name is theirs", async () => {
      const name = "acme.company.test";
      const [certificate = "", ...chain] = acme.crypto.splitPemChain(
        await certify(name, (text) => dns.say(name, text)),
      );
      expect(new X509Certificate(certificate).checkHost(name)).toBe(name);
      expect(await openssl.problemsOf(certificate, { chain, roots: await root() })).toBe("");
    });

    it("issue nothing where the proof of a name is another's, and nothing of a name that the role does not know", async () => {
      const stolen = "stolen.company.test";
      // Vault asks again some times before it says no.
      await expect(certify(stolen, () => dns.say(stolen, "another's"), 5)).rejects.toThrow(/pending or processing/);
      const foreign = certify("acme.other.test", (text) => dns.say("acme.other.test", text));
      await expect(foreign).rejects.toThrow("role (web) will not issue certificate for name acme.other.test");
    });

    it("let nobody in who was granted no account", async () => {
      const accountKey = await acme.crypto.createPrivateEcdsaKey();
      const stranger = new acme.Client({ directoryUrl: directoryUrl(), accountKey });
      await expect(stranger.createAccount({ termsOfServiceAgreed: true })).rejects.toThrow("'externalAccountBinding'");
    });
  });

  it("output the CSR of one that is signed elsewhere, and take its certificate", async () => {
    const outputs = z
      .object({ outputs: z.record(z.string(), z.object({ value: z.string() })) })
      .parse(JSON.parse(state())).outputs;
    const csr = outputs["csr_pki-trial-external_ca-2026"]?.value ?? "";
    const elsewhere = await openssl.makeRoot();
    const certificate = await openssl.signAuthority(csr);
    await trial.deploy({ certificate });
    // Vault dates certificates 30 s back, and none before its issuer; OpenSSL's begins now.
    await sleep(Math.max(0, Date.parse(new X509Certificate(certificate).validFrom) + 31_000 - Date.now()));
    const issued = await issue("pki-trial-external/issue/web", { common_name: "x.company.test" });
    expect(await openssl.problemsOf(issued.certificate, { chain: issued.ca_chain, roots: elsewhere })).toBe("");
    expect((await trial.plan()).code).toBe(0);
  });

  describe("that are rotated", () => {
    it("issue by the new one, while what the old one issued verifies and can be revoked", async () => {
      await trial.deploy({ issuers: ["ca-2026", "ca-2027"] });
      expect((await trial.plan()).code).toBe(0);
      const now = await issue("pki-trial/issue/web", { common_name: "n.company.test" }, "server");
      const subject = (pem: string) => /^CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1];
      expect(subject(now.issuing_ca)).toBe("Company ca-2027");
      expect(subject(first.issuing_ca)).toBe("Company ca-2026");
      for (const each of [first, now]) {
        const crls = [await crlOf(each.certificate), await crlOf(each.issuing_ca)];
        expect(await openssl.problemsOf(each.certificate, { chain: each.ca_chain, roots: await root(), crls })).toBe(
          "",
        );
      }
      await ask("responder", "pki-trial/revoke", { serial_number: first.serial_number });
      await statusOf(lab, await tokenOf("responder"), "GET", "pki-trial/crl/rotate");
      expect(await openssl.revokedIn(await crlOf(first.certificate))).toContain(serialOf(first));
      expect(await openssl.revokedIn(await crlOf(now.certificate))).not.toContain(serialOf(first));
      // The old one issues no more, also for who asks for it by name.
      const named = await ask("", "pki-trial/issuer/ca-2026/issue/web", { common_name: "o.company.test" });
      expect(named.status).not.toBe(200);
    });

    it("lose the old one with its key when it is declared no more", async () => {
      expect((await keysOf("pki-trial/keys")).length).toBe(2);
      await trial.deploy({ issuers: ["ca-2027"] });
      expect((await trial.plan()).code).toBe(0);
      expect((await keysOf("pki-trial/keys")).length).toBe(1);
      expect((await keysOf("pki-trial/issuers")).length).toBe(1);
      const now = await issue("pki-trial/issue/web", { common_name: "n.company.test" }, "server");
      expect(await openssl.problemsOf(now.certificate, { chain: now.ca_chain, roots: await root() })).toBe("");
      expect(state()).not.toContain("PRIVATE KEY");
    });
  });

  it("are gone with the stack", async () => {
    await trial.destroy();
    for (const mount of mounts) expect(await vault().exists(`sys/mounts/${mount}`)).toBe(false);
    const policies = await vault().list("sys/policies/acl");
    expect(policies.filter((name) => name.startsWith("pki-trial") && name !== deployer)).toEqual([]);
  });
});
