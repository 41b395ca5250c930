import { Command } from "commander";
import { environmentNames, loadEnvironment } from "../../environments/load";
import type { CliContext } from "../context";
import { type DriftReport, findDrift, requireNoDrift } from "../drift/find-drift";
import { runSteps } from "../progress";
import { readPlan } from "../review/read-plan";
import type { ReviewedPlan } from "../review/plan";
import { table } from "../table";
import { Workspace } from "../terraform/workspace";
import { vaultOf } from "../token";

interface DriftCommandOptions {
  readonly json?: boolean;
  readonly probe?: boolean;
  readonly output: string;
}

/** `leasehold drift`: what is no longer as it is declared. */
export function driftCommand(context: CliContext): Command {
  return new Command("drift")
    .description(
      "says what differs from an environment's declaration, and changes nothing; exit code 2 where something does, 1 where it could not look",
    )
    .argument("<environment>", environmentNames.join(", "))
    .option("--probe", "have Vault make one user through each connection, and end it at once")
    .option("--output <folder>", "where the synthesised stacks go, as for cdktf", "cdktf.out")
    .option("--json", "print the report as JSON")
    .action(async (name: string, { json, probe = false, output }: DriftCommandOptions) => {
      const environment = loadEnvironment(name, context.env);
      const vault = vaultOf(
        environment,
        context,
        "leasehold drift",
        "read what is declared, list its mounts, and read sys/policies/acl, sys/mounts and sys/auth",
      );
      const looked: { plan?: ReviewedPlan; report?: DriftReport } = {};
      await runSteps([
        {
          title: `${name} is planned`,
          run: async (onLine) => {
            const { root, env } = context;
            const workspace = await Workspace.synthesise({ root, environment: name, output, env, onLine });
            await workspace.init();
            looked.plan = readPlan((await workspace.plan()).json, `the plan of ${name}`);
          },
        },
        {
          title: `${name} is looked at in Vault`,
          run: async () => {
            if (looked.plan === undefined) return;
            looked.report = await findDrift(environment, looked.plan, vault, { probe, now: Date.now() });
          },
        },
      ]);
      const { report } = looked;
      if (report === undefined) return;
      context.print(json ? JSON.stringify(report) : reportText(report));
      requireNoDrift(report);
    });
}

function reportText({ environment, findings, information, unseen, probed }: DriftReport): string {
  const columns = { kind: "kind", what: "what", problem: "problem", remedy: "remedy" };
  const rows = findings.map(({ kind, what, problem, remedy }) => ({ kind, what, problem, remedy }));
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
  return [
    findings.length === 0
      ? `${environment}: nothing differs from what is declared`
      : `${environment}: ${findings.length} differ from what is declared`,
    ...(findings.length === 0 ? [] : ["", table(columns, rows)]),
    ...list("For information:", information),
    ...list("Could not be looked at:", unseen),
    ...(probed ? [] : ["", "Whether Vault can still log in to its databases was not tried: --probe does."]),
  ].join("\n");
}
