import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { freePort } from "../../cli/servers/ports";
import { serverOf } from "../../constructs/core/server-features";
import { AgentConfiguration, type AgentProps } from "../../constructs/server/agent/agent-configuration";
import type { AutoAuthMethod } from "../../constructs/server/agent/auto-auth";
import { databaseEnvironment, databaseTemplate } from "../../constructs/server/agent/database-template";
import { ProxyConfiguration } from "../../constructs/server/agent/proxy-configuration";
import { agentOf } from "../../environments/subjects/agent";
import { type AgentTrial, declare } from "./declarations/agent";
import { OwnProgram, type Rendered } from "./own-server";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { ServerTrial } from "./server-trial";
import { Trial } from "./trial";

const file = require.resolve("./declarations/agent");
const credentials = z.object({ username: z.string(), password: z.string() });

describeOnEachServer("an agent", (product, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  const role = { mount: "agent", role: "app" };
  let servers: ServerTrial;
  let postgres: TestPostgres;
  let trial: Trial<AgentTrial>;
  const vault = () => lab.operator();
  const common = () => ({
    server: serverOf(product, lab.record().version),
    vault: { address: lab.address, retries: 2 },
  });

  beforeAll(async () => {
    servers = await ServerTrial.open(product, lab);
    postgres = await TestPostgres.start(servers.place);
    trial = new Trial<AgentTrial>(lab, file, declare, { port: postgres.port }, secrets);
    await trial.cleanUp();
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await trial.deploy();
  });

  afterAll(async () => {
    await trial.cleanUp();
    await servers.close();
  });

  /** Files with which a program logs in as the AppRole. */
  async function approle(folder: string): Promise<Extract<AutoAuthMethod, { type: "approle" }>> {
    const [roleIdFile, secretIdFile] = [join(folder, "role-id"), join(folder, "secret-id")];
    writeFileSync(roleIdFile, await vault().readRoleId("agent-approle", "app"), { mode: 0o600 });
    writeFileSync(secretIdFile, await vault().issueSecretId("agent-approle", "app"), { mode: 0o600 });
    return { type: "approle", mount: "agent-approle", roleIdFile, secretIdFile };
  }

  let running: readonly OwnProgram[] = [];

  function program(
    name: string,
    command: "agent" | "proxy",
    configuration: Rendered,
    format: "hcl" | "json",
  ): OwnProgram {
    const { place, binary } = servers;
    const made = new OwnProgram(place, { name: `${name}-${format}`, command, binary, configuration, format });
    running = [...running, made];
    return made;
  }

  afterEach(async () => {
    await Promise.all(running.map((each) => each.stop()));
    running = [];
    await vault().revokePrefix("agent/creds/app");
  });

  const leases = () => vault().leases("agent/creds/app/");

  async function endLeases(): Promise<void> {
    await vault().revokePrefix("agent/creds/app");
  }

  it.each(["hcl", "json"] as const)(
    "keeps a database user in a file of mode 0640, renews its lease, and has another one when it can be renewed no more (%s)",
    async (format) => {
      const folder = servers.dataFolder();
      const [destination, marker] = [join(folder, "new", "database.json"), join(folder, "told")];
      const [sink, wrapped] = [join(folder, "token"), join(folder, "wrapped-token")];
      const method = await approle(folder);
      const props: AgentProps = {
        ...common(),
        autoAuth: { method, sinks: [{ path: sink }, { path: wrapped, mode: "0640", wrapTtl: "5m" }] },
        cache: {},
        templates: [
          databaseTemplate({ ...role, destination, exec: { command: ["/bin/sh", "-c", `date >> ${marker}`] } }),
          databaseTemplate({ ...role, destination: join(folder, "database.env"), format: "env", perms: "0600" }),
        ],
      };
      const agent = program("agent", "agent", new AgentConfiguration(props), format);
      await agent.launch();
      await agent.until("rendered", () => Promise.resolve(existsSync(destination)));

      const read = () => credentials.parse(JSON.parse(readFileSync(destination, "utf8")));
      const first = read();
      expect(statSync(destination).mode & 0o777).toBe(0o640);
      expect(await postgres.opens("agent", first)).toBe(true);
      await agent.until("rendered both", () => Promise.resolve(existsSync(join(folder, "database.env"))));
      // One lease for all that ask for the path.
      expect(readFileSync(join(folder, "database.env"), "utf8")).toBe(
        `DB_USERNAME=${first.username}\nDB_PASSWORD=${first.password}\n`,
      );
      expect(statSync(join(folder, "database.env")).mode & 0o777).toBe(0o600);
      const [lease = "", ...others] = await leases();
      expect(others).toEqual([]);

      // The SecretID is gone once it is used, and the token lies where it was asked for.
      expect(existsSync(method.secretIdFile)).toBe(false);
      await agent.until("handed on", () => Promise.resolve(existsSync(sink)));
      expect(statSync(sink).mode & 0o777).toBe(0o600);
      await agent.until("wrapped", () => Promise.resolve(existsSync(wrapped)));
      const token = readFileSync(sink, "utf8");
      const inner = z.object({ token: z.string() });
      const wrapping = inner.parse(JSON.parse(readFileSync(wrapped, "utf8"))).token;
      const unwrapped = await vault().unwrap(wrapping, z.object({ data: inner }));
      expect(unwrapped.data.token).toBe(token);
      expect(statSync(wrapped).mode & 0o777).toBe(0o640);

      const before = (await vault().lookUpLease(lease))?.expires ?? 0;
      await agent.until("renewed", async () => ((await vault().lookUpLease(lease))?.expires ?? 0) > before);
      expect(read()).toEqual(first);
      await agent.until("has another user", () => Promise.resolve(read().username !== first.username));
      expect(await postgres.opens("agent", read())).toBe(true);
      await agent.until("ended the first", async () => !(await postgres.opens("agent", first)));
      expect(readFileSync(marker, "utf8").trim().split("\n").length).toBeGreaterThanOrEqual(2);
      await agent.stop();
      await endLeases();
    },
  );

  it("is that of a declared login, with a file for each role that it may have users of", async () => {
    const folder = servers.dataFolder();
    await approle(folder);
    const configuration = agentOf(trial.environment, { login: "agent-approle/app", folder, secrets: folder });
    const agent = program("declared", "agent", configuration, "hcl");
    await agent.launch();
    const destination = join(folder, "agent-app.json");
    await agent.until("rendered", () => Promise.resolve(existsSync(destination)));
    expect(await postgres.opens("agent", credentials.parse(JSON.parse(readFileSync(destination, "utf8"))))).toBe(true);
    await agent.stop();
    await endLeases();
  });

  it.each(["hcl", "json"] as const)("runs a process with a user in its environment (%s)", async (format) => {
    const folder = servers.dataFolder();
    const seen = join(folder, "seen");
    const script = `umask 077; echo "{\\"username\\": \\"$DB_USERNAME\\", \\"password\\": \\"$DB_PASSWORD\\"}" > ${seen}.new; mv ${seen}.new ${seen}; exec sleep 600`;
    const agent = program(
      "supervisor",
      "agent",
      new AgentConfiguration({
        ...common(),
        autoAuth: { method: await approle(folder) },
        exec: { command: ["/bin/sh", "-c", script], restartStopSignal: "SIGINT" },
        envTemplates: databaseEnvironment(role),
      }),
      format,
    );
    await agent.launch();
    await agent.until("started", () => Promise.resolve(existsSync(seen)));
    const read = () => credentials.parse(JSON.parse(readFileSync(seen, "utf8")));
    const first = read();
    expect(await postgres.opens("agent", first)).toBe(true);
    await agent.until("started anew", () => Promise.resolve(read().username !== first.username));
    expect(await postgres.opens("agent", read())).toBe(true);
    await agent.stop();
    await endLeases();
  });

  it.each(["hcl", "json"] as const)("serves callers that have no token of their own (%s)", async (format) => {
    for (const command of ["agent", "proxy"] as const) {
      const folder = servers.dataFolder();
      const port = await freePort();
      const props = {
        ...common(),
        autoAuth: { method: await approle(folder) },
        listeners: [{ type: "tcp", address: `127.0.0.1:${port}`, tlsDisable: true }],
        apiProxy: { useAutoAuthToken: true },
        cache: {},
      } as const;
      const configuration = command === "agent" ? new AgentConfiguration(props) : new ProxyConfiguration(props);
      const serving = program(`serving-${command}`, command, configuration, format);
      await serving.launch();
      const ask = async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/v1/agent/creds/app`, {
          headers: { "X-Vault-Request": "true" },
        });
        return z.object({ data: credentials }).parse(await answer.json()).data;
      };
      await serving.until("answers", async () => (await ask()).username !== "");
      const [one, two] = [await ask(), await ask()];
      expect(await postgres.opens("agent", one)).toBe(true);
      expect(two).toEqual(one); // from its cache
      await serving.stop();
      await endLeases();
    }
  });

  it.each<[string, (folder: string) => AutoAuthMethod, RegExp]>([
    [
      "jwt",
      (folder) => ({ type: "jwt", mount: "absent", role: "app", jwtFile: join(folder, "jwt"), exitOnErr: true }),
      /403|permission denied/,
    ],
    [
      "kubernetes",
      (folder) => ({
        type: "kubernetes",
        mount: "absent",
        role: "app",
        tokenFile: join(folder, "jwt"),
        exitOnErr: true,
      }),
      /403|permission denied/,
    ],
    [
      "token_file",
      (folder) => ({ type: "token_file", tokenFile: join(folder, "jwt"), exitOnErr: true }),
      /403|permission denied|bad token/,
    ],
  ])("takes the method %s as far as the server that refuses it, and ends", async (name, methodIn, refusal) => {
    const folder = servers.dataFolder();
    // Without dots: Vault would take what follows one for a namespace, and answer 500.
    writeFileSync(join(folder, "jwt"), "no-token", { mode: 0o600 });
    const sinks = [{ path: join(folder, "token") }];
    const props: AgentProps = { ...common(), autoAuth: { method: methodIn(folder), sinks } };
    const agent = program(name, "agent", new AgentConfiguration(props), "json");
    await agent.launch();
    const log = await agent.untilEnded();
    expect(log).toMatch(/authenticating/);
    expect(log).toMatch(refusal);
  });

  it("takes a token from a file, and hands it on", async () => {
    const folder = servers.dataFolder();
    const [tokenFile, sink] = [join(folder, "given"), join(folder, "token")];
    writeFileSync(tokenFile, lab.rootToken(), { mode: 0o600 });
    const props: AgentProps = {
      ...common(),
      autoAuth: { method: { type: "token_file", tokenFile }, sinks: [{ path: sink }] },
      exitAfterAuth: true,
    };
    const agent = program("token", "agent", new AgentConfiguration(props), "hcl");
    await agent.launch();
    await agent.untilEnded();
    expect(readFileSync(sink, "utf8")).toBe(lab.rootToken());
  });
});
