import { Command, Option } from "commander";
import { agentOf } from "../../environments/subjects/agent";
import { loadConfigurations, renderConfigurations, type RenderOptions } from "../configuration/configurations";
import type { CliContext } from "../context";
import { loadDeclared } from "../declared";

interface ConfigOptions extends RenderOptions {
  readonly login?: string;
  readonly folder?: string;
  readonly secrets?: string;
}

/** `leasehold agent`: the configuration of agents and proxies. */
export function agentCommand(context: CliContext): Command {
  const agent = new Command("agent").description("the configuration of agents and proxies");
  agent
    .command("config")
    .description(
      "renders the configuration files of agents and proxies: of a declaration, or of an environment's login",
    )
    .argument(
      "<declaration>",
      "a .ts file that exports AgentConfigurations or ProxyConfigurations; with --login, an environment",
    )
    .option(
      "--login <method/role>",
      "the login of an environment: a file for each database role that it may have users of",
    )
    .addOption(new Option("--folder <folder>", "with --login: the folder of these files (default: /run/<role>)"))
    .addOption(
      new Option(
        "--secrets <folder>",
        "with --login: the folder of role-id and secret-id, or jwt (default: /etc/vault-agent)",
      ),
    )
    .option("--name <name>", "only the one of that name: of its export")
    .option("--json", "render JSON in place of HCL")
    .option("--output <folder>", "write a file for each there, with mode 0640, and print their paths")
    .action((declaration: string, { login, folder, secrets, ...options }: ConfigOptions) => {
      const found =
        login === undefined
          ? loadConfigurations(declaration, ["agent", "proxy"])
          : [
              {
                name: login.replaceAll("/", "-"),
                configuration: agentOf(loadDeclared(declaration, context), {
                  login,
                  ...(folder === undefined ? {} : { folder }),
                  ...(secrets === undefined ? {} : { secrets }),
                }),
              },
            ];
      context.print(renderConfigurations(declaration, found, options));
    });
  return agent;
}
