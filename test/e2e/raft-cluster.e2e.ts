import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { freePort } from "../../cli/servers/ports";
import { VaultClient } from "../../cli/vault-client";
import { serverOf } from "../../constructs/core/server-features";
import { raftCluster, type RaftNode } from "../../constructs/server/raft-cluster";
import { TestAuthority } from "./certificates";
import { OwnServer } from "./own-server";
import { describeOnEachServer } from "./rig";
import { ServerTrial } from "./server-trial";

const configuration = z.object({
  data: z.object({
    config: z.object({
      servers: z.array(z.object({ node_id: z.string(), leader: z.boolean(), voter: z.boolean() })),
    }),
  }),
});

describeOnEachServer("three servers on raft", (product, lab) => {
  let trial: ServerTrial;
  let authority: TestAuthority;
  let servers: ReadonlyMap<string, OwnServer>;
  let key = "";
  let token = "";

  const named = (name: string) => {
    const server = servers.get(name);
    if (server === undefined) throw new Error(`there is no node ${name}`);
    return server;
  };

  beforeAll(async () => {
    trial = await ServerTrial.open(product, lab);
    authority = await TestAuthority.make(lab.operator(), "raft-tls-trial");
    const nodes: Record<string, RaftNode> = {};
    const addresses = new Map<string, string>();
    const certificates = trial.dataFolder();
    for (const name of ["one", "two", "three"]) {
      const [port, clusterPort, plainPort] = [await freePort(), await freePort(), await freePort()];
      const { certificateFile, keyFile } = await authority.issue(certificates, name, { ip: "127.0.0.1" });
      addresses.set(name, `http://127.0.0.1:${plainPort}`);
      nodes[name] = {
        apiAddress: `https://127.0.0.1:${port}`,
        clusterAddress: `https://127.0.0.1:${clusterPort}`,
        path: trial.dataFolder(),
        listeners: [
          {
            type: "tcp",
            address: `127.0.0.1:${port}`,
            clusterAddress: `127.0.0.1:${clusterPort}`,
            tls: { certFile: certificateFile, keyFile, minVersion: "tls13" },
          },
          // The test's own way in; the nodes take the other.
          { type: "tcp", address: `127.0.0.1:${plainPort}`, tlsDisable: true },
        ],
      };
    }
    const cluster = raftCluster({
      server: serverOf(product, lab.record().version),
      nodes,
      listeners: [],
      storage: { path: "/replaced" },
      join: { leaderCaCertFile: authority.asFile(certificates) },
    });
    const made = Object.entries(cluster).map(([name, rendered]): [string, OwnServer] => [
      name,
      new OwnServer(trial.place, {
        name,
        binary: trial.binary,
        configuration: rendered,
        address: addresses.get(name) ?? "",
      }),
    ]);
    servers = new Map(made);
  });

  afterAll(async () => {
    await authority.remove();
    await trial.close();
  });

  async function members(of: OwnServer) {
    const answer = await fetch(`${of.address}/v1/sys/storage/raft/configuration`, {
      headers: { "X-Vault-Token": token },
    });
    return configuration.parse(await answer.json()).data.config.servers;
  }

  /** The active one of those that answer. */
  async function active(among: readonly string[]): Promise<string | undefined> {
    for (const name of among)
      if (
        await named(name)
          .client.isActive()
          .catch(() => false)
      )
        return name;
    return undefined;
  }

  async function elected(among: readonly string[]): Promise<string> {
    const end = Date.now() + 60_000;
    for (;;) {
      const found = await active(among);
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`none of ${among.join(", ")} became active:\n${named(among[0] ?? "").log}`);
      await sleep(50);
    }
  }

  it("find each other by their configuration alone, and elect a leader", async () => {
    await Promise.all([...servers.values()].map((server) => server.start()));
    ({ key, token } = await named("one").open());
    // Key shares stay with people: each node is given them, once it has found the first.
    for (const name of ["two", "three"]) {
      const { client } = named(name);
      await named(name).until("joined", async () => (await client.sealStatus()).initialized);
      await named(name).until("unsealed", async () => {
        await named(name).unseal(key);
        return !(await client.sealStatus()).sealed;
      });
    }
    await named("one").until("three voters", async () => {
      const all = await members(named("one"));
      return all.length === 3 && all.every(({ voter }) => voter);
    });
    const all = await members(named("one"));
    expect(all.map(({ node_id }) => node_id).sort()).toEqual(["one", "three", "two"]);
    expect(all.filter(({ leader }) => leader).map(({ node_id }) => node_id)).toEqual(["one"]);
  });

  it("survive the loss of the leader with what was written before", async () => {
    const client = named("one").client.withToken(token);
    await client.write("sys/mounts/kept", { type: "kv" });
    await client.write("kept/before", { value: "1" });
    const began = Date.now();
    await named("one").stop("SIGKILL");
    const leader = await elected(["two", "three"]);
    // A performance multiplier of 1 makes it seconds; the servers' own default takes several times as long.
    expect(Date.now() - began).toBeLessThan(30_000);
    const next = named(leader).client.withToken(token);
    expect(await next.list("kept")).toEqual(["before"]);
    await next.write("kept/after", { value: "2" });
  });

  it("take the lost one back, which has then what was written without it", async () => {
    await named("one").start();
    await named("one").until("unsealed", async () => {
      await named("one").unseal(key);
      return !(await named("one").client.sealStatus()).sealed;
    });
    const leader = await elected(["one", "two", "three"]);
    await named(leader).until("three voters", async () => (await members(named(leader))).length === 3);
    await named("one").until("asks the leader", async () => {
      return (await named("one").client.withToken(token).list("kept")).length === 2;
    });
  });

  it("take no more writes when two of three are gone", async () => {
    const leader = await elected(["one", "two", "three"]);
    for (const name of ["one", "two", "three"].filter((each) => each !== leader)) await named(name).stop("SIGKILL");
    const client = new VaultClient({ address: named(leader).address, token, timeoutMs: 5_000 });
    await expect(client.write("kept/lost", { value: "3" })).rejects.toThrow();
  });
});
