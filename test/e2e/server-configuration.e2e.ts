import { readFileSync, statSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { z } from "zod";
import { run } from "../../cli/processes";
import { freePort } from "../../cli/servers/ports";
import { ServerConfiguration, type ServerProps } from "../../constructs/server/server-configuration";
import { TestAuthority } from "./certificates";
import { describeOnEachServer } from "./rig";
import { keepsSecrets, ServerTrial } from "./server-trial";

const storage = { type: "inmem", reason: "a test's own" } as const;

describeOnEachServer("a server's configuration", (product, lab) => {
  const isVault = product === "vault";
  let trial: ServerTrial;

  beforeAll(async () => {
    trial = await ServerTrial.open(product, lab);
  });

  afterAll(() => trial.close());

  it("serves TLS to those whose certificate its authority signed, with headers of its own", async () => {
    const authority = await TestAuthority.make(lab.operator(), "server-tls-trial");
    try {
      const folder = trial.dataFolder();
      const server = await authority.issue(folder, "server", { ip: "127.0.0.1" });
      const caller = await authority.issue(folder, "caller");
      const clientCaFile = authority.asFile(folder);
      let [tlsPort, sockets] = [0, 0];
      const ask = (withCertificate: boolean) =>
        new Promise<Record<string, unknown>>((resolve, reject) => {
          const shown = withCertificate
            ? { cert: readFileSync(caller.certificateFile), key: readFileSync(caller.keyFile) }
            : {};
          request(
            {
              host: "127.0.0.1",
              port: tlsPort,
              path: "/v1/sys/seal-status",
              ca: authority.pem,
              maxVersion: "TLSv1.2",
              ...shown,
            },
            (answer) => {
              answer.resume();
              resolve({ status: answer.statusCode, marked: answer.headers["x-served-by"] });
            },
          )
            .on("error", reject)
            .end();
        });
      tlsPort = await freePort();
      await trial.tryBoth(
        (base) => ({
          ...base,
          storage,
          listeners: [
            ...base.listeners,
            {
              type: "tcp",
              address: `127.0.0.1:${tlsPort}`,
              tls: {
                certFile: server.certificateFile,
                keyFile: server.keyFile,
                clientCaFile,
                clientCertificates: "require",
                cipherSuites: ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"],
              },
              customResponseHeaders: { default: { "X-Served-By": ["leasehold"] } },
              xForwardedFor: { authorizedAddresses: ["127.0.0.1"], rejectNotPresent: false, hopSkips: 0 },
              maxRequestSize: 1_048_576,
              maxRequestDuration: "60s",
              ...(isVault ? { redactVersion: true } : {}),
            },
            { type: "unix", address: join(folder, `socket-${++sockets}`), socketUser: "0", socketGroup: "0" },
          ],
        }),
        async () => {
          expect(await ask(true)).toEqual({ status: 200, marked: "leasehold" });
          await expect(ask(false)).rejects.toThrow(/certificate|alert|ECONNRESET|EPIPE/);
          expect(statSync(join(folder, `socket-${sockets}`)).mode & 0o777).toBe(0o600);
        },
      );
    } finally {
      await authority.remove();
    }
  });

  it("believes the PROXY protocol of the balancers that are named", async () => {
    await trial.tryBoth(
      (base) => ({
        ...base,
        listeners: [
          {
            ...base.listeners[0],
            proxyProtocol: { behavior: "allow_authorized", authorizedAddresses: ["127.0.0.1/32"] },
          },
        ],
        storage,
      }),
      keepsSecrets,
    );
  });

  it("shows measurements to whoever has a token, and without one only where a reason is stated", async () => {
    for (const reason of [undefined, "Prometheus on this machine has no token"]) {
      await trial.tryBoth(
        (base) => ({
          ...base,
          listeners: [
            { ...base.listeners[0], ...(reason === undefined ? {} : { unauthenticatedMetricsReason: reason }) },
          ],
          storage,
          telemetry: {
            prometheusRetentionTime: "1m",
            statsdAddress: "127.0.0.1:9",
            dogstatsdAddress: "127.0.0.1:9",
            dogstatsdTags: ["env:test"],
            disableHostname: true,
            usageGaugePeriod: "5m",
            prefixFilter: ["-vault.route"],
          },
        }),
        async (server) => {
          await server.open();
          const metrics = await fetch(`${server.address}/v1/sys/metrics?format=prometheus`);
          expect(metrics.status).toBe(reason === undefined ? 403 : 200);
        },
      );
    }
  });

  it("is opened by a key of another server's Transit engine, whose token the environment carries", async () => {
    const other = lab.operator();
    const mount = "transit-seal-trial";
    const token = z.object({ auth: z.object({ client_token: z.string() }) });
    await other.delete(`sys/mounts/${mount}`);
    await other.write(`sys/mounts/${mount}`, { type: "transit" });
    try {
      await other.write(`${mount}/keys/unseal`, {});
      await other.write("sys/policies/acl/transit-seal-trial", {
        policy: `path "${mount}/+/unseal" {\n  capabilities = ["update"]\n}\n`,
      });
      const { auth } = await other.ask(
        "auth/token/create-orphan",
        { policies: ["transit-seal-trial"], period: "1h" },
        token,
      );
      const init = z.object({ root_token: z.string() });
      await trial.tryBoth(
        (base) => ({
          ...base,
          storage,
          seal: { type: "transit", address: lab.address, mountPath: mount, keyName: "unseal" },
        }),
        async (server) => {
          await server.client.ask("sys/init", { recovery_shares: 1, recovery_threshold: 1 }, init);
          await server.until("unsealed by itself", () => server.client.isActive());
        },
        { [isVault ? "VAULT_TOKEN" : "BAO_TOKEN"]: auth.client_token },
      );
    } finally {
      await other.delete(`sys/mounts/${mount}`);
      await other.delete("sys/policies/acl/transit-seal-trial");
    }
  });

  it.each([
    [
      "awskms",
      { type: "awskms", region: "eu-central-1", kmsKeyId: "alias/vault", endpoint: "http://127.0.0.1:9" },
      /DescribeKey|kms|credential/i,
    ],
    ["gcpckms", { type: "gcpckms", project: "p", region: "global", keyRing: "r", cryptoKey: "k" }, /credentials/i],
    [
      "azurekeyvault",
      { type: "azurekeyvault", tenantId: "00000000-0000-0000-0000-000000000000", vaultName: "v", keyName: "k" },
      /azure|credential|vault.azure.net/i,
    ],
  ] as const)("understands the seal %s, as far as it gets without that cloud", async (_name, seal, reason) => {
    const base = await trial.base();
    const declare = (): ServerProps => ({
      ...base,
      storage,
      seal,
    });
    if (!isVault) {
      expect(declareConfiguration(declare)).toThrow(/lacks built-in seals by the keys of a cloud/);
      return;
    }
    const secrets = {
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const server = trial.serverOn(declare(), { secrets });
    await server.launch();
    const log = await server.untilEnded();
    expect(log).toMatch(reason);
    expect(log).not.toMatch(/unknown or unsupported|Unknown KMS/);
  });

  it("labels its pod, and says outside of one that it has no service account", async () => {
    const props: ServerProps = { ...(await trial.base()), storage, serviceRegistration: { type: "kubernetes" } };
    const variables = new ServerConfiguration(props).environment.map(({ name }) => [name, "trial"]);
    const server = trial.serverOn(props, { secrets: Object.fromEntries(variables) as Record<string, string> });
    await server.launch();
    const log = await server.untilEnded();
    expect(log).toMatch(/serviceaccount|KUBERNETES_SERVICE_HOST/i);
    expect(log).not.toMatch(/unknown service_registration|namespace is unset|pod name is unset/);
  });

  if (!isVault) {
    it("makes its audit devices, and is opened by a static key", async () => {
      const file = join(trial.dataFolder(), "audit.log");
      const init = z.object({ root_token: z.string() });
      await trial.tryBoth(
        (base) => ({
          ...base,
          storage,
          seal: { type: "static", currentKeyId: "one", currentKeyVariable: "UNSEAL_KEY" },
          audit: [
            { type: "file", path: "first", filePath: file, description: "For the test" },
            { type: "file", path: "to-stdout", filePath: "stdout", elideListResponses: true },
          ],
        }),
        async (server) => {
          const { root_token: token } = await server.client.ask(
            "sys/init",
            { recovery_shares: 1, recovery_threshold: 1 },
            init,
          );
          await server.until("active", () => server.client.isActive());
          const answer = await fetch(`${server.address}/v1/sys/audit`, { headers: { "X-Vault-Token": token } });
          const { data } = z.object({ data: z.record(z.string(), z.unknown()) }).parse(await answer.json());
          expect(Object.keys(data).sort()).toEqual(["first/", "to-stdout/"]);
          expect(statSync(file).mode & 0o777).toBe(0o600);
          expect(readFileSync(file, "utf8")).toContain(`"path":"sys/audit"`);
        },
        { UNSEAL_KEY: Buffer.alloc(32, 7).toString("base64") },
      );
    });
  }

  it("caps leases, keeps the raw endpoint closed, and writes its log as JSON", async () => {
    await trial.tryBoth(
      (base) => ({
        ...base,
        clusterName: "trial",
        ui: true,
        storage,
        defaultLeaseTtl: "1h",
        maxLeaseTtl: "2d",
        defaultMaxRequestDuration: "45s",
      }),
      async (server) => {
        const { client, token } = await server.open();
        const raw = await fetch(`${server.address}/v1/sys/raw?list=true`, { headers: { "X-Vault-Token": token } });
        expect(raw.status).toBe(404);
        const tune = z.object({ data: z.object({ default_lease_ttl: z.number(), max_lease_ttl: z.number() }) });
        await client.write("sys/mounts/capped", { type: "kv" });
        const answer = await fetch(`${server.address}/v1/sys/mounts/capped/tune`, {
          headers: { "X-Vault-Token": token },
        });
        expect(tune.parse(await answer.json()).data).toEqual(
          expect.objectContaining({ default_lease_ttl: 3600, max_lease_ttl: 172_800 }),
        );
        expect(server.log).toMatch(/^\{.*"@level":"info"/m);
      },
    );
  });

  it("passes the program's own diagnosis", async () => {
    const base = await trial.base();
    const props: ServerProps = { ...base, storage: { type: "raft", path: trial.dataFolder(), nodeId: "one" } };
    const file = trial.serverOn(props).write();
    const { stdout, stderr } = await run(trial.binary.path, ["operator", "diagnose", `-config=${file}`], { env: {} });
    const said = `${stdout}${stderr}`;
    expect(said).toMatch(/success.*Parse Configuration/);
    expect(said).toMatch(/success.*Create Storage Backend/);
    expect(said).not.toMatch(/failure/);
  });
});

function declareConfiguration(declare: () => ServerProps): () => ServerConfiguration {
  return () => new ServerConfiguration(declare());
}
