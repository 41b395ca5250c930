import { statSync } from "node:fs";
import { OperatedCluster } from "./operated-cluster";
import { describeOnEachServer } from "./rig";

interface Node {
  readonly address: string;
  readonly state: string;
  readonly problem?: string;
}

describeOnEachServer("a cluster over TLS", (_, lab) => {
  let cluster: OperatedCluster;
  let keysFile: string;
  const openAll = () => cluster.leasehold(0, ["vault", "unseal", "--keys", keysFile, "--node", ...cluster.addresses]);
  const states = (nodes: readonly Node[]) => nodes.map(({ state }) => state).sort();

  beforeAll(async () => {
    cluster = await OperatedCluster.open(lab);
  });

  afterAll(() => cluster.close());

  it("is initialised by who trusts its authority, and by nobody else", async () => {
    const stranger = await cluster.leasehold(0, ["vault", "init", "--out", cluster.file("never.json")], "");
    expect(stranger).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/can't be reached \(unable to/) as string,
    });
    keysFile = await cluster.initialise(3, 2);
  });

  it("is opened node by node: two that are new join the first by themselves", async () => {
    const opened = await cluster.json<Node[]>(0, "unseal", "--keys", keysFile, "--node", ...cluster.addresses);
    expect(states(opened)).toEqual(["active", "standby", "standby"]);
    await cluster.active();
    await cluster.settled();
  });

  it("is one cluster, by whichever name a node is called", async () => {
    const alias = cluster.node(await cluster.active()).address.replace("127.0.0.1", "localhost");
    const { nodes, problems } = await cluster.json<{ nodes: Node[]; problems: string[] }>(0, "status", "--node", alias);
    expect(states(nodes)).toEqual(["active", "active", "standby", "standby"]);
    expect(problems).toEqual([]);
  });

  it("is operated through a standby as through the active node", async () => {
    const standby = ((await cluster.active()) + 1) % 3;
    const out = cluster.file("rekeyed.json");
    const shares = ["--shares", "3", "--threshold", "2", "--keys", keysFile];
    expect(await cluster.json(standby, "rekey", ...shares, "--out", out)).toMatchObject({ step: "complete" });
    keysFile = out;
    const rootToken = cluster.file("root-token");
    expect(await cluster.json(standby, "generate-root", "--keys", keysFile, "--out", rootToken)).toMatchObject({
      step: "complete",
    });
    expect(await cluster.json(standby, "rotate", "--yes")).toMatchObject({ rotated: true });
    const saved = cluster.file("vault.snap");
    await cluster.json(standby, "snapshot", "save", saved);
    expect(statSync(saved).size).toBeGreaterThan(1000);
    await cluster.client(0).write("sys/policies/acl/since", { policy: 'path "a" { capabilities = ["read"] }' });
    const restored = await cluster.leasehold(standby, ["vault", "snapshot", "restore", saved, "--yes"]);
    expect(restored).toMatchObject({ code: 0 });
    expect(await cluster.client(await cluster.active()).exists("sys/policies/acl/since")).toBe(false);
  });

  it("is opened again where all of it was killed, and no node is active before most are open", async () => {
    await cluster.kill(0, 1, 2);
    await cluster.start(0, 1);
    const { code, stdout, stderr } = await openAll();
    expect(code).toBe(1);
    expect(stdout).toMatch(/is active$/m);
    expect(stdout).toMatch(/is standby$/m);
    expect(stdout).toContain(`${cluster.node(2).address}/v1/sys/seal-status] the server can't be reached`);
    expect(stderr).toContain("1 of 3 nodes could not be opened: do what is said of each");
  });

  it("is closed in spite of a node that does not answer, and who closed it hears of what is left", async () => {
    const { code, stdout, stderr } = await cluster.leasehold(0, [
      ...["vault", "seal", "--yes", "--node"],
      ...cluster.addresses,
    ]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/ is sealed$/m);
    // The last one takes over and is closed, or can't any more: who is the first to go decides.
    expect(stdout).toMatch(
      /( is sealed\n.*){2}| is standby.*: it can't be closed, and serves nobody without a majority\n/,
    );
    expect(stdout).toContain(`${cluster.node(2).address} is unreachable`);
    expect(stderr).toMatch(/[12] of 3 nodes are not sealed: end their processes/);
  });
});
