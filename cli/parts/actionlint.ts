import type { HostEnvironment } from "../../environments/load";
import { buildGoProgram, type GoProgram } from "./go-build";

const program: GoProgram = {
  module: "actionlint",
  mainPackage: "github.com/rhysd/actionlint/cmd/actionlint",
  version: "1.7.12",
  file: "actionlint",
};

/**
 * The linter of GitHub's workflows, built into the cache or taken from there.
 *
 * @throws LeaseholdError when Go is missing or too old, or the build fails.
 */
export function builtActionlint(env: HostEnvironment, progress: (line: string) => void): Promise<string> {
  return buildGoProgram(env, program, progress);
}
