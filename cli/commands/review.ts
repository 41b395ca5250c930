import { Command, Option } from "commander";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { environmentNames, loadEnvironment } from "../../environments/load";

import { ClosedGate } from "../closed-gate";
import type { CliContext } from "../context";
import { writeFileAtomically } from "../files";
import { runSteps } from "../progress";
import { parseAllowances } from "../review/allowance";
import { exitCodeOf, type FailClass, failClasses } from "../review/gate";
import { waivedGuardrails } from "../review/guardrail-waivers";
import { readPlan } from "../review/read-plan";
import { reportJson, reportMarkdown, type ReportedReview } from "../review/report";
import { reviewPlan, type ReviewOptions } from "../review/review";
import { type ServerProduct, serverProducts } from "../parts/vault-binary";
import { Workspace } from "../terraform/workspace";
import { trustedBy, VaultClient } from "../vault-client";

interface Options {
  readonly output: string;
  readonly json?: boolean;
  readonly allow: readonly string[];
  readonly failOn: FailClass;
  readonly out?: string;
  readonly server: ServerProduct;
}

/** Counting leases must not keep a review waiting. */
const lookUpMs = 20_000;

/** `leasehold review`: what a plan means, for whoever approves it. */
export function reviewCommand(context: CliContext): Command {
  return new Command("review")
    .description("judges a plan: what ends, what widens, which secret is sent again, and how many leases hang on it")
    .argument(
      "<plan>",
      `what terraform show -json prints: a file, or - for standard input; or ${environmentNames.join(", ")}`,
    )
    .option("--output <folder>", "where the synthesised stacks go, as for cdktf", "cdktf.out")
    .option("--allow <labels>", "what does not count: rule, or rule:address; between commas, or repeated", collect, [])
    .addOption(new Option("--fail-on <class>", "from which class on to fail").choices(failClasses).default("dangerous"))
    .addOption(
      new Option("--server <product>", "whose rules for policies count").choices(serverProducts).default("vault"),
    )
    .option("--json", "print the whole as JSON")
    .option("--out <file>", "write it to a file too")
    .addHelpText(
      "after",
      "\nExits with 0 when nothing counts from --fail-on up; else with 10 careful, 11 dangerous, 12 blocked.",
    )
    .action(async (given: string, options: Options) => {
      refuseDebugLog(context);
      const allow = parseAllowances(options.allow);
      const { text, where, environment, waivers, vault } = await source(given, options, context);
      const review = await reviewPlan(readPlan(text, where), { allow, vault, server: options.server });
      const reported: ReportedReview = { review, waivers };
      const report = options.json ? reportJson(reported) : reportMarkdown(reported, { environment });
      if (options.out !== undefined) writeOut(resolve(options.out), report);
      context.print(report.trimEnd());
      const exitCode = exitCodeOf(review, options.failOn);
      if (exitCode === 0) return;
      throw new ClosedGate(
        `leasehold review ${given}`,
        `the plan is ${review.risk ?? "routine"}`,
        "change what is declared, or allow a finding that is meant: --allow rule:address",
        exitCode,
      );
    });
}

interface Source {
  readonly text: string;
  readonly where: string;
  readonly environment?: string;
  readonly waivers?: ReportedReview["waivers"];
  readonly vault: ReviewOptions["vault"];
}

function source(given: string, options: Options, context: CliContext): Promise<Source> {
  const isFile = given === "-" || /[./\\]/.test(given);
  return isFile ? Promise.resolve(fromFile(given, context)) : fromEnvironment(given, options, context);
}

function fromFile(given: string, context: CliContext): Source {
  const where = given === "-" ? "standard input" : given;
  let text: string;
  try {
    text = readFileSync(given === "-" ? 0 : given, "utf8");
  } catch (thrown) {
    throw new LeaseholdError(where, `can't be read (${messageOf(thrown)})`, "give a file, or - for standard input");
  }
  const { VAULT_ADDR: address, VAULT_TOKEN: token, VAULT_NAMESPACE: namespace } = context.env;
  return { text, where, vault: address && token ? vaultAt(context, address, token, namespace) : undefined };
}

/** Synthesises, plans, and leaves the plan beside the stack, where a deployment finds it. */
async function fromEnvironment(name: string, { output }: Options, context: CliContext): Promise<Source> {
  const { vault } = loadEnvironment(name, context.env);
  let text = "";
  let waivers: ReportedReview["waivers"];
  await runSteps([
    {
      title: `${name} is planned`,
      run: async (report) => {
        const { root, env } = context;
        const workspace = await Workspace.synthesise({ root, environment: name, output, env, onLine: report });
        await workspace.init();
        ({ json: text } = await workspace.plan());
        waivers = waivedGuardrails(workspace.synthesised);
      },
    },
  ]);
  const token = context.env["VAULT_TOKEN"];
  return {
    text,
    where: `the plan of ${name}`,
    environment: name,
    waivers,
    vault: token ? vaultAt(context, vault.address, token, vault.namespace) : undefined,
  };
}

function vaultAt({ env }: CliContext, address: string, token: string, namespace: string | undefined): VaultClient {
  return new VaultClient({
    address,
    token,
    timeoutMs: lookUpMs,
    ...trustedBy(env),
    ...(namespace === undefined || namespace === "" ? {} : { namespace }),
  });
}

/** The provider writes whole requests to the debug log, admin passwords among them, and a job's log is read by many. */
function refuseDebugLog({ env }: CliContext): void {
  const set = ["TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_CORE"].filter((name) => (env[name] ?? "") !== "");
  if (set.length === 0) return;
  throw new LeaseholdError(
    "leasehold review",
    `${set.join(", ")} is set, and Terraform's debug log holds whole requests with their passwords`,
    `unset ${set.join(", ")}`,
  );
}

function writeOut(file: string, report: string): void {
  try {
    writeFileAtomically(file, `${report.trimEnd()}\n`);
  } catch (thrown) {
    throw new LeaseholdError("--out", `${file} can't be written (${messageOf(thrown)})`, "name a file that can");
  }
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}
