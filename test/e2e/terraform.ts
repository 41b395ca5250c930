import { findTerraform } from "../../cli/parts/terraform";
import { run, runOrFail } from "../../cli/processes";
import type { HostEnvironment } from "../../environments/load";

/** What `terraform plan` would do. */
export interface Plan {
  /** 0 is empty, 2 has changes, 1 failed. */
  readonly code: number;
  readonly json: string;
}

/** Plans what was synthesised into a folder. */
export async function plan(cwd: string, env: HostEnvironment): Promise<Plan> {
  const { command } = await findTerraform(env);
  const { code } = await run(command, ["plan", "-input=false", "-detailed-exitcode", "-out=plan"], { cwd, env });
  return { code, json: await runOrFail(command, ["show", "-json", "plan"], { cwd, env }) };
}
