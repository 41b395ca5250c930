import type { RunResult } from "../../cli/processes";

/** A new environment gives access that nobody had, some of it known when its logins are there; two of its databases are not. */
export const labels = "access-widened,protection-lowered,policy-unknown";

/** Options of a first deployment. */
export const meant = ["--yes", "--allow", labels];

/** What a deployment prints that has nothing to do. */
export const isAsDeclared = "dev: nothing to do, it is as declared\n";

/** What a deployment ended with, where it failed. */
export function failureOf({ code, stderr }: RunResult): string[] | undefined {
  return code === 0 ? undefined : stderr.trim().split("\n").slice(-12);
}
