import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { runOrFail } from "../processes";

/** The path of a command on PATH, or undefined. */
export function onPath(env: HostEnvironment, command: string): string | undefined {
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface FoundCommand {
  readonly command: string;
  readonly path: string;
  readonly version: string;
}

/** A command and the oldest version of it that serves. */
export interface WantedCommand {
  readonly command: string;
  readonly versionArguments: readonly string[];
  readonly oldest: string;
}

/**
 * The command on PATH with its version; undefined when it is not there.
 *
 * @throws LeaseholdError when it is older than the oldest that serves.
 */
export async function findCommand(env: HostEnvironment, wanted: WantedCommand): Promise<FoundCommand | undefined> {
  const path = onPath(env, wanted.command);
  if (path === undefined) return undefined;
  const output = await runOrFail(path, wanted.versionArguments, { env, timeoutMs: 60_000 });
  const version = /\d+\.\d+(?:\.\d+)?/.exec(output)?.[0];
  if (version === undefined || compareVersions(version, wanted.oldest) < 0) {
    throw new LeaseholdError(
      path,
      `is version ${version ?? "unknown"}, and ${wanted.oldest} or later is needed`,
      `install ${wanted.command} ${wanted.oldest} or later, or take the old one off PATH`,
    );
  }
  return { command: wanted.command, path, version };
}

/** Less than, equal to or greater than zero as `a` is older than, equal to or newer than `b`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let at = 0; at < 3; at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
