import { clusterProblems, type NodeStatus } from "../../../cli/operations/nodes";

const node = (address: string, clusterId: string): NodeStatus => ({ address, state: "active", clusterId });

describe("what keeps a cluster from serving", () => {
  it("is nothing where the active node is met at two addresses, its own and a load balancer's", () => {
    expect(clusterProblems({ nodes: [node("https://vault", "a"), node("https://vault-1", "a")], unseen: [] })).toEqual(
      [],
    );
  });

  it("is that its nodes are of several clusters", () => {
    expect(
      clusterProblems({ nodes: [node("https://vault-1", "a"), node("https://vault-2", "b")], unseen: [] }),
    ).toEqual(["the nodes are of 2 clusters"]);
  });

  it("is a node that does not answer, and that none is active", () => {
    const nodes: NodeStatus[] = [
      { address: "https://vault-1", state: "standby" },
      { address: "https://vault-2", state: "unreachable" },
    ];
    expect(clusterProblems({ nodes, unseen: [] })).toEqual([
      "https://vault-2 is unreachable",
      "no node that was asked is active",
    ]);
  });
});
