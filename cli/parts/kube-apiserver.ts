import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HostEnvironment } from "../../environments/load";
import { cacheFolder } from "./cache";
import { buildGoProgram, type GoProgram } from "./go-build";

const version = "1.34.4";

const program: GoProgram = {
  module: "kube-apiserver",
  mainPackage: "k8s.io/kubernetes/cmd/kube-apiserver",
  version,
  file: "kube-apiserver",
  // A build from modules knows no version, and clients ask for one.
  variables: { "k8s.io/component-base/version.gitVersion": `v${version}` },
};

/** Whether Kubernetes' API server lies in the cache, so that having it takes no minutes. */
export function hasKubeApiserver(env: HostEnvironment): boolean {
  return existsSync(join(cacheFolder(env), `${program.module}-${version}`, program.file));
}

/**
 * Kubernetes' API server, built into the cache or taken from there.
 *
 * @throws LeaseholdError when Go is missing or too old, or the build fails.
 */
export function builtKubeApiserver(env: HostEnvironment, progress: (line: string) => void): Promise<string> {
  return buildGoProgram(env, program, progress);
}
