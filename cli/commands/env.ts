import { Command } from "commander";
import { LeaseholdError } from "../../constructs/core/errors";
import { differences, differenceText } from "../../environments/comparison/differences";
import { loadEnvironment, loadEnvironments } from "../../environments/load";
import { allDatabases } from "../../environments/namespaces/contents";
import type { CliContext } from "../context";
import { table } from "../table";

interface DiffOptions {
  readonly json?: boolean;
  readonly exitCode?: boolean;
}

/** `leasehold env`: which environments there are, and how they differ. */
export function envCommand(context: CliContext): Command {
  const env = new Command("env").description("lists and compares the declared environments");

  env
    .command("list")
    .description("names every environment with its tier and its Vault server")
    .option("--json", "print them as JSON")
    .action(({ json }: DiffOptions) => {
      const environments = loadEnvironments(context.env);
      const rows = environments.map((environment) => {
        const { name, tier, vault } = environment;
        return { name, tier, address: vault.address, databases: allDatabases(environment).length };
      });
      const columns = { name: "ENVIRONMENT", tier: "TIER", address: "VAULT", databases: "DATABASES" };
      const withServers = rows.map((row, at) => ({ ...row, server: environments[at]?.vault.server }));
      context.print(json ? JSON.stringify(withServers) : table(columns, rows));
    });

  env
    .command("diff")
    .description("says how two environments differ, by names, whatever their order")
    .argument("<first>", "name of an environment")
    .argument("<second>", "name of another")
    .option("--json", "print the differences as JSON")
    .option("--exit-code", "fail where they differ, as diff does")
    .action((first: string, second: string, { json, exitCode }: DiffOptions) => {
      const found = differences(loadEnvironment(first, context.env), loadEnvironment(second, context.env));
      const lines = found.map((each) => differenceText(each, first, second));
      const text = lines.length === 0 ? `${first} and ${second} do not differ` : lines.join("\n");
      context.print(json ? JSON.stringify(found) : text);
      if (exitCode !== true || found.length === 0) return;
      throw new LeaseholdError(
        "leasehold env diff",
        `${first} and ${second} differ in ${found.length} points`,
        "see above",
      );
    });

  return env;
}
