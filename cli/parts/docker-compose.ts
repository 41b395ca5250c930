import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HostEnvironment } from "../../environments/load";
import { run } from "../processes";
import { cacheFolder } from "./cache";
import { buildGoProgram, type GoProgram } from "./go-build";

const version = "2.40.3";

const program: GoProgram = {
  module: "docker-compose",
  mainPackage: "github.com/docker/compose/v2/cmd",
  version,
  file: "docker-compose",
  variables: { "github.com/docker/compose/v2/internal.Version": version },
};

/** Docker Compose as a command, to which its arguments are added. */
export type ComposeCommand = readonly [program: string, ...rest: string[]];

/** Docker Compose 2 as a plug-in or a program of its own; undefined where there is neither. Compose 1 knows no name of a stack. */
export async function findCompose(env: HostEnvironment): Promise<ComposeCommand | undefined> {
  for (const command of [["docker", "compose"], ["docker-compose"]] as const) {
    const [first, ...rest] = command;
    const answer = await run(first, [...rest, "version", "--short"], { env, timeoutMs: 20_000 }).catch(() => undefined);
    if (answer?.code === 0 && /^v?[2-9]|^v?\d\d/.test(answer.stdout.trim())) return command;
  }
  return undefined;
}

/** Whether Compose was built into the cache, so that having it takes no minutes. */
export function hasBuiltCompose(env: HostEnvironment): boolean {
  return existsSync(join(cacheFolder(env), `${program.module}-${version}`, program.file));
}

/**
 * Docker Compose, built into the cache or taken from there.
 *
 * @throws LeaseholdError when Go is missing or too old, or the build fails.
 */
export async function builtCompose(env: HostEnvironment, progress: (line: string) => void): Promise<ComposeCommand> {
  return [await buildGoProgram(env, program, progress)];
}
