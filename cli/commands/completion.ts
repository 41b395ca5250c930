import { Argument, Command } from "commander";
import { bashCompletion } from "../completion/bash";
import { type CommandNode, commandNodes } from "../completion/command-tree";
import { fishCompletion } from "../completion/fish";
import { zshCompletion } from "../completion/zsh";
import type { CliContext } from "../context";

const shells: Readonly<Record<string, (nodes: readonly CommandNode[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `leasehold completion`: a script made from the commands themselves. */
export function completionCommand({ print }: CliContext, program: () => Command): Command {
  return new Command("completion")
    .description("prints a script that has a shell complete commands, options and names of environments")
    .addArgument(new Argument("<shell>", "which shell").choices(Object.keys(shells)))
    .action((shell: string) => {
      const script = shells[shell]?.(commandNodes(program())) ?? "";
      print(script.trimEnd());
    });
}
