import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../cli/files";
import type { Lab } from "../../cli/lab/lab";
import type { RunResult } from "../../cli/processes";
import { freePort } from "../../cli/servers/ports";
import type { VaultClient } from "../../cli/vault-client";
import { serverOf } from "../../constructs/core/server-features";
import { raftCluster, type RaftNode } from "../../constructs/server/raft-cluster";
import { hostEnvironment } from "../../environments/load";
import { TestAuthority } from "./certificates";
import { keysIn } from "./operated-server";
import { OwnServer } from "./own-server";
import { leasehold } from "./rig";
import { ServerTrial } from "./server-trial";

/** Three servers on raft that speak TLS alone, by an authority of the test's own, and the command line that runs them. */
export class OperatedCluster {
  static async open(lab: Lab): Promise<OperatedCluster> {
    const { product, version } = lab.record();
    const trial = await ServerTrial.open(product, lab);
    const authority = await TestAuthority.make(lab.operator(), "operated-cluster");
    const certificates = trial.dataFolder();
    const caFile = authority.asFile(certificates);
    const nodes: Record<string, RaftNode> = {};
    for (const name of ["one", "two", "three"]) {
      const [port, clusterPort] = [await freePort(), await freePort()];
      const names = { ip: "127.0.0.1", dns: "localhost" };
      const { certificateFile, keyFile } = await authority.issue(certificates, name, names);
      nodes[name] = {
        apiAddress: `https://127.0.0.1:${port}`,
        clusterAddress: `https://127.0.0.1:${clusterPort}`,
        path: trial.dataFolder(),
        listeners: [
          {
            type: "tcp",
            address: `127.0.0.1:${port}`,
            clusterAddress: `127.0.0.1:${clusterPort}`,
            tls: { certFile: certificateFile, keyFile },
          },
        ],
      };
    }
    const configurations = raftCluster({
      server: serverOf(product, version),
      nodes,
      listeners: [],
      storage: { path: "/replaced" },
      join: { leaderCaCertFile: caFile },
    });
    const servers = Object.entries(configurations).map(([name, configuration]) => {
      const address = nodes[name]?.apiAddress ?? "";
      return new OwnServer(trial.place, { name, binary: trial.binary, configuration, address, caFile });
    });
    const cluster = new OperatedCluster(trial, authority, servers, caFile);
    await Promise.all(servers.map((server) => server.start()));
    return cluster;
  }

  token = "";

  private constructor(
    private readonly trial: ServerTrial,
    private readonly authority: TestAuthority,
    readonly servers: readonly OwnServer[],
    private readonly caFile: string,
  ) {}

  get addresses(): string[] {
    return this.servers.map(({ address }) => address);
  }

  node(at: number): OwnServer {
    const server = this.servers[at];
    if (server === undefined) throw new Error(`there is no node ${at}`);
    return server;
  }

  /** A file of the test's own. */
  file(name: string, content?: string): string {
    const folder = join(this.trial.place.folder, "files");
    mkdirSync(folder, { recursive: true });
    if (content !== undefined) writeFileAtomically(join(folder, name), content, 0o600);
    return join(folder, name);
  }

  /** A command of `leasehold` that goes to a node, and trusts the authority unless it is told otherwise. */
  leasehold(at: number, args: readonly string[], caFile = this.caFile): Promise<RunResult> {
    return leasehold(args, {
      ...hostEnvironment(),
      VAULT_ADDR: this.node(at).address,
      VAULT_TOKEN: this.token,
      VAULT_CACERT: caFile,
    });
  }

  /** A command of `leasehold vault` that must succeed, and what it printed as JSON. */
  async json<T>(at: number, ...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.leasehold(at, ["vault", ...args, "--json"]);
    if (code !== 0) throw new Error(`leasehold vault ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** The first node is initialised, and its root token is used from then on. */
  async initialise(shares: number, threshold: number): Promise<string> {
    const out = this.file("keys.json");
    await this.json(0, "init", "--out", out, "--shares", `${shares}`, "--threshold", `${threshold}`);
    this.token = keysIn(out).rootToken ?? "";
    return out;
  }

  client(at: number): VaultClient {
    return this.node(at).client.withToken(this.token);
  }

  async kill(...nodes: readonly number[]): Promise<void> {
    await Promise.all(nodes.map((at) => this.node(at).stop("SIGKILL")));
  }

  /** Those come up sealed. */
  async start(...nodes: readonly number[]): Promise<void> {
    await Promise.all(nodes.map((at) => this.node(at).start()));
  }

  /** Which node is the active one. */
  async active(): Promise<number> {
    const end = Date.now() + 60_000;
    while (Date.now() < end) {
      for (const [at, { client }] of this.servers.entries()) {
        if (await client.isActive().catch(() => false)) return at;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`no node became active:\n${this.node(0).log}`);
  }

  /** Waits until raft has every node keep up: one that has just joined lags behind on a busy machine. */
  async settled(): Promise<void> {
    const end = Date.now() + 60_000;
    for (;;) {
      const { code, stderr } = await this.leasehold(0, ["vault", "status"]);
      if (code === 0) return;
      if (Date.now() > end) throw new Error(`the cluster does not come to rest: ${stderr}`);
    }
  }

  async close(): Promise<void> {
    await this.authority.remove();
    await this.trial.close();
  }
}
