import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HostEnvironment } from "../../environments/load";
import { cacheFolder } from "./cache";
import { buildGoProgram, type GoProgram } from "./go-build";

const version = "1.22.0";

const program: GoProgram = {
  module: "consul",
  mainPackage: "github.com/hashicorp/consul",
  version,
  file: "consul",
};

/** Whether Consul lies in the cache, so that having it takes no minutes. */
export function hasConsul(env: HostEnvironment): boolean {
  return existsSync(join(cacheFolder(env), `${program.module}-${version}`, program.file));
}

/**
 * Consul, built into the cache or taken from there.
 *
 * @throws LeaseholdError when Go is missing or too old, or the build fails.
 */
export function builtConsul(env: HostEnvironment, progress: (line: string) => void): Promise<string> {
  return buildGoProgram(env, program, progress);
}
