import { readFileSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { DockerLab, type InspectedContainer } from "./docker-lab";
import { describeOnDocker, DockerRig } from "./docker-rig";
import { listen, listeners } from "./listeners";

/** Builds images, where the engine has none of them. */
const buildMs = 10 * 60_000;

describeOnDocker("lab up --docker, raft with one node of OpenBao", () => {
  const name = "e2e-docker-raft";
  let rig: DockerRig;
  let docker: DockerLab;

  beforeAll(async () => {
    rig = await DockerRig.open("openbao", "postgres");
    docker = new DockerLab(rig, name, { server: "openbao", storage: "raft" });
    await docker.command(["reset"]);
  }, buildMs);

  afterAll(async () => {
    await docker.command(["reset"]);
    await rig.close(docker.prefix);
  });

  it("says in a sentence what lacks, and makes nothing", async () => {
    expect(await docker.refusal([], { DOCKER_HOST: "unix:///nowhere/docker.sock" })).toContain(
      "[unix:///nowhere/docker.sock] no Docker engine is running there (ENOENT): start Docker, or set DOCKER_HOST to where it listens",
    );
    const missing = "leasehold-test/openbao:missing";
    const refused = await docker.refusal(["--image", `openbao=${missing}`]);
    expect(refused).toContain(`[image ${missing}] is not there, and can't be pulled (`);
    expect(refused).toContain(`or name another one with --image`);
    for (const kind of ["container", "network", "volume"] as const)
      expect(await rig.engine.names(kind, docker.prefix)).toEqual([]);
    expect((await docker.command(["status"])).stderr).toContain(`there is no lab of that name`);
  });

  it("ends with credentials that were used, and with keys that only their owner reads", async () => {
    const { status, credentials } = await docker.up();
    expect(status).toMatchObject({ name, runsAs: "containers", product: "openbao", vault: { state: "ready" } });
    expect(credentials).toMatchObject([
      { role: "app-readonly", ordersRead: 3, couldWrite: false },
      { role: "app-writer", ordersRead: 3, couldWrite: true },
    ]);
    expect(await docker.ordersBy(docker.lab.operator())).toBe(3);
    expect(await docker.lab.operator().sealStatus()).toMatchObject({ sealed: false, t: 3, n: 5, storage_type: "raft" });
    const mode = (path: string) => statSync(docker.lab.folder.at(path)).mode & 0o777;
    expect({ keys: mode("keys.json"), secrets: mode("secrets") }).toEqual({ keys: 0o600, secrets: 0o700 });
  });

  it("publishes its ports on loopback alone", async () => {
    const containers = Object.values(await docker.containers());
    const bindings = containers.flatMap(({ HostConfig }) => Object.values(HostConfig.PortBindings).flat());
    expect(bindings).toHaveLength(2);
    for (const binding of bindings) {
      expect(binding?.HostIp).toBe("127.0.0.1");
      expect(listeners(Number(binding?.HostPort))).toEqual(["127.0.0.1"]);
    }
  });

  it("runs unprivileged programs without capabilities", async () => {
    const containers = await docker.containers();
    expect(Object.keys(containers)).toEqual(["openbao", "postgres"]);
    for (const [each, { Config, HostConfig, Name }] of Object.entries(containers)) {
      expect(Config.User).toBe(each);
      expect(HostConfig).toMatchObject({ Privileged: false, CapAdd: null, CapDrop: ["ALL"] });
      expect(HostConfig.SecurityOpt).toEqual(["no-new-privileges:true"]);
      const status = await rig.engine.docker("exec", Name, "cat", "/proc/1/status");
      for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
        expect(status).toMatch(new RegExp(`^${set}:\\s+0{16}$`, "m"));
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).not.toMatch(/^Uid:.*\b0\b/m);
    }
  });

  it("T15: no secret is in a file of Terraform's or Compose's, and none in what the engine tells", async () => {
    const { code, stdout, stderr } = await docker.command(["compose"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const files = docker.files();
    expect(files).toContain(docker.lab.folder.at("infra.tfstate"));
    const contents = files.map((path) => ({ place: path, text: readFileSync(path, "utf8") }));
    const places = [
      ...contents,
      { place: "compose.yaml", text: stdout },
      { place: "the engine", text: await docker.told() },
    ];
    const secrets = Object.entries(docker.secrets());
    expect(secrets.length).toBeGreaterThanOrEqual(8); // two passwords, one of them a file too, five keys and a token
    const found = secrets.flatMap(([secret, value]) =>
      places.filter(({ text }) => text.includes(value)).map(({ place }) => `${secret} in ${place}`),
    );
    // Provider 4.4 keeps the admin's first password, which opens nothing after the rotation.
    expect(found.filter((each) => !/^adminPassword in .*\/terraform\.tfstate/.test(each))).toEqual([]);
  });

  it("T14: is safe to run twice, and changes nothing", async () => {
    const identity = ({ Id, State }: InspectedContainer) => `${Id} since ${State.StartedAt}`;
    const before = Object.values(await docker.containers()).map(identity);
    const keys = readFileSync(docker.lab.folder.at("keys.json"), "utf8");
    await docker.up();
    expect(Object.values(await docker.containers()).map(identity)).toEqual(before);
    expect(readFileSync(docker.lab.folder.at("keys.json"), "utf8")).toBe(keys);
    expect((await docker.plan()).code).toBe(0);
  });

  it("keeps its data when it is stopped, refuses a port that is taken, and comes back", async () => {
    const operator = docker.lab.operator();
    await operator.write("sys/mounts/kept", { type: "kv" });
    await docker.lab.postgres().asSuperuser("orders", (client) => client.query("CREATE TABLE kept (id integer)"));
    expect((await docker.command(["down"])).stdout.trim()).toBe(`lab ${name} is stopped`);
    const states = Object.values(await docker.containers()).map(({ State }) => State.Running);
    expect(states).toEqual([false, false]);

    const port = docker.lab.record().vaultPort;
    const other = await listen(port);
    try {
      const refused = await docker.refusal([]);
      expect(refused).toContain(`port ${port} of 127.0.0.1 is in use by another process: end that process, or`);
    } finally {
      other.close();
    }
    await docker.up();
    expect(await operator.list("sys/policies/acl")).toContain("developers");
    await operator.write("kept/one", { value: "1" });
    const { rows } = await docker.lab
      .postgres()
      .asSuperuser("orders", (client) => client.query("SELECT to_regclass('kept')::text AS name"));
    expect(rows).toEqual([{ name: "kept" }]);
  });

  it("refuses a chosen port on which another process listens", async () => {
    const other = await listen(0);
    const { port } = other.address() as AddressInfo;
    try {
      const fresh = new DockerLab(rig, `${name}-port`, { server: "openbao", storage: "raft" });
      expect(await fresh.refusal(["--postgres-port", `${port}`])).toContain(
        `[--postgres-port] port ${port} of 127.0.0.1 is in use by another process`,
      );
      expect(await rig.engine.names("container", fresh.prefix)).toEqual([]);
      await fresh.command(["reset"]);
    } finally {
      other.close();
    }
  });

  it("down --volumes leaves no container, volume and network, and its images", async () => {
    const unnamed = Object.values(await docker.containers()).flatMap(({ Mounts }) =>
      Mounts.flatMap(({ Name }) => (Name === undefined ? [] : [Name])),
    );
    expect(unnamed.length).toBeGreaterThan(2); // the image of OpenBao has a volume for logs, which nobody names
    expect((await docker.command(["down", "--volumes"])).stdout.trim()).toBe(`lab ${name} is removed`);
    expect(await rig.engine.names("container", docker.prefix)).toEqual([]);
    expect(await rig.engine.names("network", docker.prefix.replace(/-$/, ""))).toEqual([]);
    const volumes = await rig.engine.names("volume", "");
    expect(unnamed.filter((volume) => volumes.includes(volume))).toEqual([]);
    for (const image of Object.values(rig.images)) await rig.engine.docker("image", "inspect", image);
  });
});
