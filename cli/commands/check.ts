import { Command } from "commander";
import { resolve } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import { guardrails } from "../../constructs/guardrails/guardrails";
import { countingFindings } from "../../constructs/guardrails/report";
import { waiverRules } from "../../constructs/guardrails/waiver-rules";
import { environmentNames, loadEnvironment } from "../../environments/load";
import { reportsText } from "../check/finding-table";
import { readReports } from "../check/guardrail-reports";
import { sarifOf } from "../check/sarif";
import { type CliContext, leaseholdVersion } from "../context";
import { writeFileAtomically } from "../files";

interface CheckOptions {
  readonly json?: boolean;
  readonly sarif?: string;
}

/** `leasehold check`: what guardrails have to say of environments, without a server. */
export function checkCommand(context: CliContext): Command {
  return new Command("check")
    .description("holds environments against the guardrails; exit code 1 where an error is not waived")
    .argument("[environment]", `${environmentNames.join(", ")} (default: all)`)
    .option("--json", "print the reports as JSON")
    .option("--sarif <file>", "write them to a file for code scanning too, in SARIF 2.1.0")
    .action(async (name: string | undefined, { json, sarif }: CheckOptions) => {
      const names = name === undefined ? environmentNames : [loadEnvironment(name, context.env).name];
      const reports = await readReports(context, names);
      if (sarif !== undefined) {
        const log = sarifOf(reports, [...guardrails, ...waiverRules], leaseholdVersion());
        writeFileAtomically(resolve(sarif), `${JSON.stringify(log, undefined, 2)}\n`);
      }
      context.print(json ? JSON.stringify(reports) : reportsText(reports));
      const errors = reports.flatMap(countingFindings).filter(({ severity }) => severity === "error");
      if (errors.length === 0) return;
      throw new LeaseholdError(
        "leasehold check",
        `${errors.length} ${errors.length === 1 ? "error is" : "errors are"} not waived`,
        "do what the guardrail asks for, or overrule it in the environment's waivers with a reason",
      );
    });
}
