import type { Command } from "commander";
import { type CliContext, projectRoot } from "../../cli/context";
import type { HostEnvironment } from "../../environments/load";

type CommandOf = (context: CliContext) => Command;

/** What a command printed, and what it threw, if it did. */
export interface InProcessRun {
  readonly printed: readonly string[];
  readonly thrown?: unknown;
}

/** Runs a command in this process, which is faster than one of its own, without what a shell may hold for a real Vault. */
export async function runInProcess(
  commandOf: CommandOf,
  args: readonly string[],
  env: HostEnvironment = {},
): Promise<InProcessRun> {
  const printed: string[] = [];
  const command = commandOf({ root: projectRoot, env, print: (text) => void printed.push(text) });
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  return command.parseAsync([...args], { from: "user" }).then(
    () => ({ printed }),
    (thrown: unknown) => ({ printed, thrown }),
  );
}

/** The same for a command that is to succeed: what it prints, or what it throws. */
export function testCommand(commandOf: CommandOf): (args: readonly string[], env?: HostEnvironment) => Promise<string> {
  return async (args, env) => {
    const { printed, thrown } = await runInProcess(commandOf, args, env);
    if (thrown !== undefined) throw thrown as Error;
    return printed.join("\n");
  };
}
