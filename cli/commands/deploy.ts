import { Command, InvalidArgumentError } from "commander";
import { environmentNames, loadEnvironment } from "../../environments/load";
import { drained } from "../change/drained";
import type { CliContext } from "../context";
import { countsText } from "../deploy/changes";
import { deploy, type Deployed } from "../deploy/deployment";
import { gate } from "../deploy/gate";
import { setAside } from "../deploy/leftovers";
import { leaseCounter, reviewText } from "../deploy/plan-review";
import { parseAllowances } from "../review/allowance";
import { withVault } from "../token";

interface DeployOptions {
  readonly plan?: string;
  readonly yes?: boolean;
  readonly allow: readonly string[];
  readonly json?: boolean;
  readonly output: string;
  readonly parallelism?: number;
  readonly drain?: boolean;
}

/** `leasehold deploy`: plans, reviews, asks, and applies exactly what was reviewed. */
export function deployCommand(context: CliContext): Command {
  return new Command("deploy")
    .description("plans an environment, reviews the plan, asks, and applies exactly that plan")
    .argument("<environment>", environmentNames.join(", "))
    .option("--plan <file>", "apply this saved plan, which is reviewed again, in place of a new one")
    .option("--yes", "do not ask; dangerous and blocked changes are refused all the same")
    .option(
      "--allow <labels>",
      "what is meant: rule, or rule:address; between commas, or repeated",
      (labels: string, before: readonly string[]) => [...before, labels],
      [],
    )
    .option("--drain", "end the leases that a change must not leave alive, with their users, before it is applied")
    .option("--parallelism <count>", "how many resources Terraform works on at once (default: Terraform's, 10)", count)
    .option("--output <folder>", "where the synthesised stacks go, as for cdktf", "cdktf.out")
    .option("--json", "print the result as JSON")
    .action(
      async (name: string, { plan, yes = false, allow, json, output, parallelism, drain = false }: DeployOptions) => {
        parseAllowances(allow); // refused before anything is done
        const environment = loadEnvironment(name, context.env);
        const { address } = environment.vault;
        const deployed = await deploy({
          root: context.root,
          env: context.env,
          environment: name,
          output,
          planFile: plan,
          vault: leaseCounter(environment, context.env),
          parallelism,
          withDraining: (reviewed, use) =>
            drained(environment, context, { plan: reviewed, mayDrain: drain, allow }, use),
          setAside: (leftovers) =>
            withVault(environment, context, "leasehold deploy", "rename keys and issuers", (vault) =>
              setAside(vault, leftovers),
            ),
          agree: async ({ counts, findings, draining: { words } }) => {
            process.stderr.write(`\n${reviewText(findings)}\n\n`);
            const also = words === "" ? "" : `; ${words}`;
            const question = `Apply this to ${name} at ${address}: ${countsText(counts)}${also}?`;
            await gate(name, question, findings, { allow, yes, isTerminal: process.stdin.isTTY });
          },
        });
        context.print(json ? JSON.stringify({ environment: name, ...deployed }) : resultText(name, deployed));
      },
    );
}

function resultText(name: string, { applied, counts, seconds }: Deployed): string {
  if (!applied) return `${name}: nothing to do, it is as declared`;
  const { added, changed, destroyed } = counts;
  const taken = Object.values(seconds).reduce((sum, each) => sum + each, 0);
  return `${name}: ${added} added, ${changed} changed, ${destroyed} destroyed in ${taken.toFixed(1)} s`;
}

function count(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 256) return value;
  throw new InvalidArgumentError("Give a whole number from 1 to 256.");
}
