import { Command } from "commander";
import { ClosedGate } from "../../closed-gate";
import type { CliContext } from "../../context";
import { clusterProblems, clusterStatus, type ClusterStatus, type NodeStatus } from "../../operations/nodes";
import { VaultPlace } from "../../operations/vault-place";
import { table } from "../../table";
import { serverArgument } from "./arguments";

interface StatusOptions {
  readonly node?: string[];
  readonly json?: boolean;
}

const where = "leasehold vault status";

/** `leasehold vault status`: every node of a cluster. */
export function statusCommand(context: CliContext): Command {
  return new Command("status")
    .description("shows every node: its state, version, seal and cluster; exit code 2 where one does not serve")
    .addArgument(serverArgument())
    .option("--node <url...>", "nodes by their own addresses: a sealed one is found by its name alone")
    .option("--json", "print the result as JSON")
    .action(async (environment: string | undefined, { node = [], json }: StatusOptions) => {
      const place = VaultPlace.of(where, environment, context);
      const status = await clusterStatus(place, node);
      const problems = clusterProblems(status);
      context.print(json ? JSON.stringify({ ...status, problems }) : statusText(status));
      if (problems.length > 0) throw new ClosedGate(where, problems.join("; "), "see docs/runbooks/sealed-vault.md", 2);
    });
}

function statusText({ nodes, peers, unseen }: ClusterStatus): string {
  const columns = {
    node: "NODE",
    state: "STATE",
    version: "VERSION",
    seal: "SEAL",
    storage: "STORAGE",
    cluster: "CLUSTER",
  };
  const rows = nodes.map((each) => ({
    node: each.address,
    state: each.state,
    version: each.version === undefined ? "" : `${each.product} ${each.version}`,
    seal: sealText(each),
    storage: each.storage ?? "",
    cluster: each.clusterName ?? "",
  }));
  const members = (peers ?? []).map(({ id, address, leader, voter, healthy }) => ({
    id,
    address,
    role: leader ? "leader" : voter ? "voter" : "non-voter",
    health: healthy === undefined ? "unknown" : healthy ? "healthy" : "UNHEALTHY",
  }));
  const problems = nodes.flatMap(({ address, problem }) => (problem === undefined ? [] : [`${address}: ${problem}`]));
  return [
    table(columns, rows),
    ...(members.length === 0
      ? []
      : ["", table({ id: "MEMBER", address: "CLUSTER ADDRESS", role: "ROLE", health: "HEALTH" }, members)]),
    ...(problems.length === 0 ? [] : ["", ...problems]),
    ...(unseen.length === 0 ? [] : ["", "Could not be looked at:", ...unseen.map((each) => `  ${each}`)]),
  ].join("\n");
}

function sealText({ state, seal, automatic, progress, threshold, shares }: NodeStatus): string {
  if (seal === undefined) return "";
  if (state === "sealed" && automatic) return `${seal}, has not opened it`;
  if (state === "sealed") return `${seal}, ${progress} of ${threshold} shares given`;
  return threshold === undefined || threshold === 0 ? seal : `${seal}, ${threshold} of ${shares}`;
}
