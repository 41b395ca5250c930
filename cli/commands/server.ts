import { Command } from "commander";
import { loadConfigurations, renderConfigurations, type RenderOptions } from "../configuration/configurations";
import type { CliContext } from "../context";

/** `leasehold server`: the configuration of servers. */
export function serverCommand(context: CliContext): Command {
  const server = new Command("server").description("the configuration of servers");
  server
    .command("config")
    .description("renders the configuration files of servers, from a declaration in TypeScript")
    .argument("<file>", "a .ts file that exports ServerConfigurations or a raftCluster")
    .option("--name <name>", "only the one of that name: of its export, or of its node")
    .option("--json", "render JSON in place of HCL")
    .option("--output <folder>", "write a file for each there, with mode 0640, and print their paths")
    .action((file: string, options: RenderOptions) => {
      context.print(renderConfigurations(file, loadConfigurations(file, ["server"]), options));
    });
  return server;
}
