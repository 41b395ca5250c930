import { chownSync } from "node:fs";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { onPath } from "../parts/executables";

/** `nobody`: database servers refuse to run as root. */
const nobody = { uid: 65_534, gid: 65_534 };

/**
 * As root, the command as `nobody`, who keeps one privilege: to pass folders that only root may enter, where the project may
 * lie. As anybody else, the command itself.
 *
 * @throws LeaseholdError that names the server when it can't be done.
 */
export function unprivilegedCommand(
  server: string,
  env: HostEnvironment,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  if (!isRoot()) return command;
  const setpriv = onPath(env, "setpriv");
  if (setpriv === undefined) {
    throw new LeaseholdError(
      server,
      "refuses to run as root, and setpriv is not on PATH",
      "install util-linux, or work as another user",
    );
  }
  const capability = "+dac_read_search";
  return [
    setpriv,
    `--reuid=${nobody.uid}`,
    `--regid=${nobody.gid}`,
    "--clear-groups",
    "--securebits=+no_setuid_fixup", // else access(2), by which initdb judges its programs, forgets the privilege
    `--inh-caps=${capability}`,
    `--ambient-caps=${capability}`,
    "--",
    ...command,
  ];
}

/** Makes files and folders the property of whoever `unprivilegedCommand` runs as. */
export function giveToUnprivileged(...paths: readonly string[]): void {
  if (isRoot()) for (const path of paths) chownSync(path, nobody.uid, nobody.gid);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
