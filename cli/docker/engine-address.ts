import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";

/** Where a Docker engine listens. */
export interface EngineAddress {
  /** As DOCKER_HOST has it: `unix:///var/run/docker.sock` or `tcp://127.0.0.1:2375`. */
  readonly host: string;
  /** What said so; the user chose it where it is not a place that is looked into anyway. */
  readonly from: "DOCKER_HOST" | "DOCKER_CONTEXT" | "Docker's configuration" | "the usual place";
}

/**
 * Where to look for an engine, in the order of Docker's own command: DOCKER_HOST, the context, the usual sockets of the engine, of
 * a rootless one and of Docker Desktop. What is named by the user is the only place then.
 *
 * @see https://docs.docker.com/reference/cli/docker/#environment-variables
 * @throws LeaseholdError when DOCKER_HOST has a form that can't be used, or the context is not there.
 */
export function engineAddresses(env: HostEnvironment): readonly EngineAddress[] {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context } = env;
  if (host) return [{ host: usable("DOCKER_HOST", host, env), from: "DOCKER_HOST" }];
  const folder = env["DOCKER_CONFIG"] || join(home(env), ".docker");
  if (context && context !== "default") {
    return [{ host: contextHost(folder, context, env), from: "DOCKER_CONTEXT" }];
  }
  const current = context ? undefined : currentContext(folder);
  if (current !== undefined && current !== "default") {
    return [{ host: contextHost(folder, current, env), from: "Docker's configuration" }];
  }
  const sockets = [
    "/var/run/docker.sock",
    ...(env["XDG_RUNTIME_DIR"] ? [join(env["XDG_RUNTIME_DIR"], "docker.sock")] : []),
    join(home(env), ".docker", "run", "docker.sock"),
    join(home(env), ".docker", "desktop", "docker.sock"),
  ];
  return sockets.filter(existsSync).map((socket) => ({ host: `unix://${socket}`, from: "the usual place" }));
}

/** The socket's path, where the engine listens on one. */
export function socketOf({ host }: Pick<EngineAddress, "host">): string | undefined {
  return host.startsWith("unix://") ? host.slice("unix://".length) : undefined;
}

const configuration = z.object({ currentContext: z.string().optional() });
const contextMeta = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) });

function currentContext(folder: string): string | undefined {
  return read(join(folder, "config.json"), configuration)?.currentContext;
}

/** Docker keeps a context under the hash of its name. */
function contextHost(folder: string, name: string, env: HostEnvironment): string {
  const hash = createHash("sha256").update(name).digest("hex");
  const host = read(join(folder, "contexts", "meta", hash, "meta.json"), contextMeta)?.Endpoints.docker.Host;
  if (host !== undefined) return usable(`Docker context ${name}`, host, env);
  throw new LeaseholdError(`Docker context ${name}`, "is not there", "see docker context ls, or set DOCKER_HOST");
}

function read<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined; // an unreadable configuration chooses nothing
  }
}

function usable(where: string, host: string, env: HostEnvironment): string {
  if (host.startsWith("tcp://") && URL.canParse(host.replace("tcp:", "http:"))) {
    if (!env["DOCKER_TLS_VERIFY"]) return host;
    throw new LeaseholdError(
      where,
      `${host} is used with TLS, as an engine on another machine is, and a lab's ports and files are on this one`,
      "name an engine of this machine, as in unix:///var/run/docker.sock",
    );
  }
  if (/^unix:\/\/\//.test(host)) return host;
  throw new LeaseholdError(
    where,
    `${JSON.stringify(host)} can't be used`,
    "give it as in unix:///var/run/docker.sock or tcp://127.0.0.1:2375",
  );
}

function home(env: HostEnvironment): string {
  return env["HOME"] ?? homedir();
}
