import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../../cli/files";
import { builtConsul, hasConsul } from "../../cli/parts/consul";
import { startDaemon } from "../../cli/processes";
import { freePort } from "../../cli/servers/ports";
import { waitUntilReady } from "../../cli/servers/wait";
import { ServerConfiguration, type ServerProps } from "../../constructs/server/server-configuration";
import { testContext } from "./parts";
import { Operator } from "./operator";
import type { OwnServer } from "./own-server";
import { describeOnEachServer } from "./rig";
import { type Base, keepsSecrets, ServerTrial } from "./server-trial";

const { env } = testContext();
const wantsConsul = env["CI"] === "true" || env["LEASEHOLD_E2E_CONSUL"] === "1" || hasConsul(env);

/** As Vault's documentation has them; OpenBao makes its own. */
const tables = [
  `CREATE TABLE vault_kv_store (parent_path TEXT COLLATE "C" NOT NULL, path TEXT COLLATE "C", key TEXT COLLATE "C", value BYTEA, CONSTRAINT pkey PRIMARY KEY (path, key))`,
  `CREATE INDEX parent_path_idx ON vault_kv_store (parent_path)`,
  `CREATE TABLE vault_ha_locks (ha_key TEXT COLLATE "C" NOT NULL, ha_identity TEXT COLLATE "C" NOT NULL, ha_value TEXT COLLATE "C", valid_until TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT ha_key PRIMARY KEY (ha_key))`,
];

describeOnEachServer("a server's storage", (product, lab) => {
  const isVault = product === "vault";
  let trial: ServerTrial;

  /** Whoever wants to save it is told how its storage is saved. */
  async function saysHowToSave(server: OwnServer, token: string, storage: string, command: string): Promise<void> {
    const operator = new Operator(server.address, trial.place.folderFor("operator"));
    operator.token = token;
    const { code, stderr } = await operator.vault("snapshot", "save", "vault.snap");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `[leasehold vault snapshot save] the server keeps its data in ${storage}, not in raft: run ${command}\n`,
    });
  }

  beforeAll(async () => {
    trial = await ServerTrial.open(product, lab);
  });

  afterAll(() => trial.close());

  it("is raft", async () => {
    await trial.tryBoth(
      (base) => ({
        ...base,
        storage: {
          type: "raft",
          path: trial.dataFolder(),
          nodeId: "one",
          trailingLogs: 5000,
          snapshotThreshold: 4096,
          maxEntrySize: 1_048_576,
          autopilotReconcileInterval: "20s",
          autopilotUpdateInterval: "4s",
        },
      }),
      keepsSecrets,
    );
  });

  it("is its memory", async () => {
    await trial.tryBoth((base) => ({ ...base, storage: { type: "inmem", reason: "a test's own" } }), keepsSecrets);
  });

  // OpenBao 2.7 has none, and is refused them.
  if (isVault) {
    it("is files", async () => {
      await trial.tryBoth((base) => ({ ...base, storage: { type: "file", path: trial.dataFolder() } }), keepsSecrets);
    });
  }

  describe("in PostgreSQL", () => {
    const database = `storage_${product}`;
    const variable = isVault ? "VAULT_PG_CONNECTION_URL" : "BAO_PG_CONNECTION_URL";
    const asSuperuser = (sql: string, where = "postgres") =>
      lab.postgres().asSuperuser(where, (client) => client.query(sql));

    async function cleanUp(): Promise<void> {
      await asSuperuser(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      await asSuperuser(`DROP ROLE IF EXISTS ${database}`);
    }

    beforeEach(async () => {
      await cleanUp();
      await asSuperuser(`CREATE ROLE ${database} LOGIN PASSWORD 'storage-canary'`);
      await asSuperuser(`CREATE DATABASE ${database} OWNER ${database}`);
      if (isVault) await asSuperuser([`SET ROLE ${database}`, ...tables].join("; "), database);
    });

    afterEach(cleanUp);

    it("is shared by two servers, of which one takes over, and no file holds the password", async () => {
      const host = `127.0.0.1:${lab.record().postgresPort}`;
      const secrets = { [variable]: `postgres://${database}:storage-canary@${host}/${database}?sslmode=disable` };
      const props = (base: Base): ServerProps => ({
        ...base,
        storage: { type: "postgresql", haEnabled: true, maxParallel: 16, maxIdleConnections: 2 },
      });
      expect(new ServerConfiguration(props(await trial.base())).environment.map(({ name }) => name)).toEqual([
        variable,
      ]);
      const first = await trial.serverOn(props(await trial.base()), { secrets }).start();
      const { client, key, token } = await first.open();
      const dump = "pg_dump --format=custom --file=vault.snap DATABASE on the database that keeps it";
      await saysHowToSave(first, token, "postgresql", dump);
      const second = await trial.serverOn(props(await trial.base()), { secrets, format: "json" }).start();
      await second.unseal(key);
      await client.write("sys/mounts/kept", { type: "kv" });
      expect(await second.client.isActive()).toBe(false);
      await first.stop();
      await second.until("active", () => second.client.isActive());
      const table = `${isVault ? "vault" : "openbao"}_kv_store`;
      const { rows } = await asSuperuser(`SELECT count(*)::int AS entries FROM ${table}`, database);
      expect((rows[0] as { entries: number }).entries).toBeGreaterThan(10);
      await second.stop();
      expect(readFileSync(join(first.folder, "config.hcl"), "utf8")).not.toContain("canary");
      expect(readFileSync(join(second.folder, "config.json"), "utf8")).not.toContain("canary");
    });

    it("is opened with a password that only a file holds", async () => {
      const host = `127.0.0.1:${lab.record().postgresPort}`;
      const password = join(trial.place.folderFor("passwords"), product);
      writeFileAtomically(password, `*:*:${database}:${database}:storage-canary\n`); // its folder guards it
      const surroundings = {
        [variable]: `postgres://${database}@${host}/${database}?sslmode=disable`,
        PGPASSFILE: password,
      };
      const props: ServerProps = { ...(await trial.base()), storage: { type: "postgresql" } };
      const server = await trial.serverOn(props, { secrets: surroundings }).start();
      await keepsSecrets(server);
      await server.stop();
      // The file is what opens it: the server tells of the database's refusal where the file holds another password.
      writeFileAtomically(password, `*:*:${database}:${database}:another\n`);
      const refused = trial.serverOn(
        { ...(await trial.base()), storage: { type: "postgresql" } },
        { secrets: surroundings },
      );
      await refused.launch();
      expect(await refused.untilEnded()).toMatch(/password authentication failed/);
    });

    it("is refused to a server whose environment carries no connection string", async () => {
      const props: ServerProps = { ...(await trial.base()), storage: { type: "postgresql" } };
      const server = trial.serverOn(props);
      await server.launch();
      expect(await server.untilEnded()).toMatch(isVault ? /missing connection_url/ : /failed to connect to postgres/);
    });
  });

  // OpenBao has no other, and is refused it.
  if (!isVault) return;

  const describeConsul = wantsConsul ? describe : describe.skip;
  describeConsul("in Consul (LEASEHOLD_E2E_CONSUL=1 builds it, in minutes)", () => {
    let address: string;

    // A first build takes minutes.
    beforeAll(async () => {
      const folder = trial.place.folderFor("consul");
      const logFile = join(folder, "log");
      const [http, server, serf] = [await freePort(), await freePort(), await freePort()];
      address = `127.0.0.1:${http}`;
      const binary = await builtConsul(env, () => undefined);
      const ports = [
        `-http-port=${http}`,
        `-server-port=${server}`,
        `-serf-lan-port=${serf}`,
        ...["serf-wan", "grpc", "grpc-tls", "dns"].map((each) => `-${each}-port=-1`),
      ];
      const args = [
        "-server",
        "-bootstrap-expect=1",
        "-bind=127.0.0.1",
        "-client=127.0.0.1",
        `-data-dir=${folder}/data`,
      ];
      const daemon = trial.place.keep(
        await startDaemon(binary, ["agent", ...args, ...ports], { logFile, env, cwd: folder }),
      );
      await waitUntilReady({ name: "Consul", daemon, logFile }, async () => {
        const answer = await fetch(`http://${address}/v1/status/leader`);
        return (await answer.text()).includes(":");
      });
    }, 30 * 60_000);

    async function keysBelow(prefix: string): Promise<string[]> {
      const answer = await fetch(`http://${address}/v1/kv/${prefix}?keys`);
      return z.array(z.string()).parse(await answer.json());
    }

    it("is there, and the server is in the catalogue", async () => {
      const services = z.record(z.string(), z.array(z.string()));
      let run = 0;
      await trial.tryBoth(
        (base) => ({
          ...base,
          storage: {
            type: "consul",
            address,
            path: `vault-${++run}/`,
            consistencyMode: "strong",
            sessionTtl: "15s",
            lockWaitTime: "15s",
            maxParallel: 64,
          },
          serviceRegistration: { type: "consul", address, service: `vault-${run}`, serviceTags: ["lab", "test"] },
        }),
        async (server) => {
          await keepsSecrets(server);
          expect((await keysBelow(`vault-${run}/`)).length).toBeGreaterThan(10);
          await server.until("registered", async () => {
            const answer = await fetch(`http://${address}/v1/catalog/services`);
            return services.parse(await answer.json())[`vault-${run}`]?.includes("lab") === true;
          });
        },
      );
    });

    it("is saved by Consul, and whoever asks Vault for it is told so", async () => {
      const storage = { type: "consul" as const, address, path: "saved/" };
      const server = await trial.serverOn({ ...(await trial.base()), storage }).start();
      const { token } = await server.open();
      const command = "consul snapshot save vault.snap on a Consul server, which saves all of it";
      await saysHowToSave(server, token, "consul", command);
      await server.stop();
    });

    it("holds the lock of a server on files", async () => {
      let run = 0;
      await trial.tryBoth(
        (base) => ({
          ...base,
          storage: { type: "file", path: trial.dataFolder() },
          haStorage: { type: "consul", address, path: `lock-${++run}/` },
        }),
        async (server) => {
          await keepsSecrets(server);
          expect(await keysBelow(`lock-${run}/`)).toContain(`lock-${run}/core/lock`);
        },
      );
    });
  });
});
