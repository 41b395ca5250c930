import { delimiter } from "node:path";
import { onPath } from "../../cli/parts/executables";
import { type Daemon, run, runOrFail, type RunResult, startDaemon, stopDaemon } from "../../cli/processes";
import type { ThrowAway } from "../../cli/servers/throw-away";
import { waitUntilReady } from "../../cli/servers/wait";
import type { HostEnvironment } from "../../environments/load";
import { testContext } from "./parts";

/** Debian keeps daemons where ordinary users' PATH does not look. */
const serverFolders = ["/usr/sbin", "/sbin"];

/** A Docker engine for the tests of one file: the one that answers, else, as root, one that lives as long as they. */
export class TestEngine {
  /** Why there can be none here; undefined where there can. */
  static async reasonAgainst(env: HostEnvironment): Promise<string | undefined> {
    for (const tool of ["docker", "busybox", "psql"])
      if (onPath(env, tool) === undefined) return `${tool} is not on PATH`;
    if (await answers(env)) return undefined;
    if (onPath(wide(env), "dockerd") === undefined) return "no Docker engine answers, and dockerd is not installed";
    return process.getuid?.() === 0 ? undefined : "no Docker engine answers, and only root can start one";
  }

  /** Takes the one that answers, or starts one in the place. */
  static async open(place: ThrowAway): Promise<TestEngine> {
    const env = wide(testContext().env);
    if (await answers(env)) return new TestEngine(env, undefined);
    const folder = place.folderFor("docker");
    const own = { ...env, DOCKER_HOST: `unix://${folder}/sock` };
    const logFile = `${folder}/log`;
    const options = {
      "data-root": `${folder}/data`,
      "exec-root": `${folder}/run`,
      pidfile: `${folder}/pid`,
      host: own.DOCKER_HOST,
      bridge: "none",
      // Ports on loopback and a network of one's own work without rules. Where an earlier engine forbade forwarding, they need them.
      iptables: await forwardingIsForbidden(env),
      "shutdown-timeout": 5,
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const daemon = place.keep(await startDaemon("dockerd", args, { logFile, env: own, cwd: folder }));
    await waitUntilReady({ name: "dockerd", daemon, logFile }, () => answers(own));
    return new TestEngine(own, daemon);
  }

  private constructor(
    /** With it every command reaches the engine. */
    readonly env: HostEnvironment,
    private readonly daemon: Daemon | undefined,
  ) {}

  /** What a command of Docker's prints; it must succeed. */
  async docker(...args: readonly string[]): Promise<string> {
    return (await runOrFail("docker", args, { env: this.env, timeoutMs: 180_000 })).trim();
  }

  /** The same, whatever becomes of it. */
  attempt(...args: readonly string[]): Promise<RunResult> {
    return run("docker", args, { env: this.env, timeoutMs: 180_000 });
  }

  /** Names of what the engine has of a kind, of those that begin with a prefix. */
  async names(kind: "container" | "network" | "volume", prefix: string): Promise<string[]> {
    const field = kind === "container" ? "{{.Names}}" : "{{.Name}}";
    const all = kind === "container" ? ["--all"] : [];
    const lines = (await this.docker(kind, "ls", ...all, "--format", field)).split("\n");
    return lines.filter((name) => name.startsWith(prefix)).sort();
  }

  /** Removes what a test that failed may have left, and ends the engine if it is the tests' own. */
  async close(...prefixes: readonly string[]): Promise<void> {
    for (const prefix of prefixes) {
      for (const kind of ["container", "network", "volume"] as const) {
        const names = await this.names(kind, prefix);
        const options = kind === "container" ? ["--force", "--volumes"] : [];
        if (names.length > 0) await this.attempt(kind, "rm", ...options, ...names); // one may have gone by itself
      }
    }
    if (this.daemon !== undefined) await stopDaemon(this.daemon);
  }
}

function wide(env: HostEnvironment): HostEnvironment {
  return { ...env, PATH: [env["PATH"] ?? "", ...serverFolders].join(delimiter) };
}

async function answers(env: HostEnvironment): Promise<boolean> {
  const answer = await run("docker", ["version", "--format", "{{.Server.Version}}"], { env, timeoutMs: 20_000 });
  return answer.code === 0;
}

async function forwardingIsForbidden(env: HostEnvironment): Promise<boolean> {
  const rules = await run("iptables", ["--list-rules", "FORWARD"], { env, timeoutMs: 20_000 }).catch(() => undefined);
  return rules?.stdout.includes("-P FORWARD DROP") === true;
}
