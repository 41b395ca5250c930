import type { Command } from "commander";
import { type CliContext, projectRoot } from "../../cli/context";
import type { HostEnvironment } from "../../environments/load";

/** Runs a command in this process, without what a shell may hold for a real Vault; what it prints, or what it throws. */
export function testCommand(
  commandOf: (context: CliContext) => Command,
): (args: readonly string[], env?: HostEnvironment) => Promise<string> {
  return async (args, env = {}) => {
    const printed: string[] = [];
    const command = commandOf({ root: projectRoot, env, print: (text) => void printed.push(text) });
    for (const each of [command, ...command.commands])
      each.exitOverride().configureOutput({ writeErr: () => undefined });
    await command.parseAsync([...args], { from: "user" });
    return printed.join("\n");
  };
}
