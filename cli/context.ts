import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { HostEnvironment } from "../environments/load";

/** What a command knows of the world around it; `main.ts` makes it once, tests make their own. */
export interface CliContext {
  /** The folder of the project. */
  readonly root: string;
  /** The process's environment. */
  readonly env: HostEnvironment;
  /** Where results go; progress and errors go elsewhere. */
  readonly print: (text: string) => void;
}

export const projectRoot = resolve(__dirname, "..");

/** The version of Leasehold that runs. */
export function leaseholdVersion(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return version;
}
