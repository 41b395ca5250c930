import { raftCluster } from "../../../constructs/server/raft-cluster";
import { readJson } from "./parse-back";
import { enterprise, sound, vault } from "./sound-server";

describe("a cluster on raft", () => {
  const node = (name: string) => ({ apiAddress: `https://${name}:8200`, clusterAddress: `https://${name}:8201` });
  const nodes = { "vault-1": node("vault-1"), "vault-2": node("vault-2"), "vault-3": node("vault-3") };
  const common = {
    storage: { path: "/opt/vault/data" },
    listeners: sound.listeners,
    join: { leaderCaCertFile: "/etc/vault/ca.pem" },
  };

  it("has each node join the others, and nothing else differ", () => {
    const cluster = raftCluster({ ...common, nodes });
    expect(Object.keys(cluster)).toEqual(["vault-1", "vault-2", "vault-3"]);
    const { storage } = readJson(cluster["vault-2"]?.toJson() ?? "") as {
      storage: { raft: [{ node_id: string; retry_join: { leader_api_addr: string }[] }] };
    };
    expect(storage.raft[0].node_id).toBe("vault-2");
    expect(storage.raft[0].retry_join).toEqual(
      ["vault-1", "vault-3"].map((name) => ({
        leader_api_addr: `https://${name}:8200`,
        leader_ca_cert_file: "/etc/vault/ca.pem",
      })),
    );
    const plain = (name: string) => cluster[name]?.toHcl().replaceAll(/vault-\d/g, "X");
    expect(plain("vault-1")).toBe(plain("vault-3"));
  });

  it("keeps a voter in each zone (Enterprise)", () => {
    const zoned = { ...nodes, "vault-1": { ...nodes["vault-1"], redundancyZone: "a" } };
    expect(raftCluster({ ...common, nodes: zoned, server: enterprise })["vault-1"]?.toHcl()).toContain(
      'autopilot_redundancy_zone = "a"',
    );
    expect(() => raftCluster({ ...common, nodes: zoned, server: vault })).toThrow(
      /lacks zones and upgrades by autopilot/,
    );
  });

  it("refuses an even number of nodes, and none", () => {
    const two = { "vault-1": nodes["vault-1"], "vault-2": nodes["vault-2"] };
    expect(() => raftCluster({ ...common, nodes: two })).toThrow("[cluster] nodes has 2 nodes: use an odd number");
    expect(() => raftCluster({ ...common, nodes: {} })).toThrow("nodes has 0 nodes");
  });

  it("names the node whose address can't be used", () => {
    expect(() =>
      raftCluster({ ...common, nodes: { one: { ...node("one"), clusterAddress: "http://one:8201" } } }),
    ).toThrow(/^\[cluster: one\] clusterAddress/);
  });
});
