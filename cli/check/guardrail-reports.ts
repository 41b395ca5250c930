import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { guardrailReport, type GuardrailReport, reportFile } from "../../constructs/guardrails/report";
import type { CliContext } from "../context";
import { runOrFail } from "../processes";
import { appOf } from "../terraform/workspace";

/**
 * Synthesises all environments in a folder of its own, and reads what guardrails found in some: also where an error ends any
 * other synthesis.
 *
 * @throws LeaseholdError when the synthesis fails for another reason.
 */
export async function readReports(
  { root, env }: Pick<CliContext, "root" | "env">,
  environments: readonly string[],
  app: string = appOf(root),
): Promise<GuardrailReport[]> {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-check-"));
  try {
    await runOrFail("sh", ["-c", app], {
      cwd: root,
      env: { ...env, CDKTF_OUTDIR: folder, CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS: "true" },
    });
    return environments.map((name) => readReport(join(folder, "stacks", name, reportFile), name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string, environment: string): GuardrailReport {
  const where = `the guardrails' report of ${environment}`;
  if (!existsSync(file)) {
    throw new LeaseholdError(where, "was not written", "see that main.ts makes a VaultStack of that environment");
  }
  try {
    return guardrailReport.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (thrown) {
    throw new LeaseholdError(where, `can't be read (${messageOf(thrown)})`, "see that the project is of one version");
  }
}
