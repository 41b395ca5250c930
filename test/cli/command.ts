import { join } from "node:path";
import { projectRoot } from "../../cli/context";
import { run, type RunResult } from "../../cli/processes";
import { hostEnvironment } from "../../environments/load";

/** The command line in a process of its own, without a terminal and without what a shell may hold for a real Vault. */
export function leasehold(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  return run(process.execPath, [join(projectRoot, "cli", "leasehold.mjs"), ...args], {
    cwd: projectRoot,
    env: {
      ...hostEnvironment(),
      VAULT_TOKEN: undefined,
      LEASEHOLD_DATABASE_PASSWORD: undefined,
      LEASEHOLD_OVERRIDES: undefined,
      ...variables,
    },
  });
}

/** What it says when it refuses. */
export async function refusal(args: readonly string[], variables?: Readonly<Record<string, string>>): Promise<string> {
  const { code, stdout, stderr } = await leasehold(args, variables);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  return stderr.trim();
}
