import type { Argument, Command, Option } from "commander";
import { environmentNames } from "../../environments/load";

/** What a shell may complete a value with. */
export type Values = readonly string[] | "files" | undefined;

/** A command as completion sees it. */
export interface CommandNode {
  /** Its name below `leasehold`, such as `lab up`; empty for `leasehold` itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CommandOption[];
  /** What stands at each place behind its name. */
  readonly arguments: readonly Values[];
  /** Whether its last argument may stand there again. */
  readonly repeats: boolean;
}

export interface CommandOption {
  /** `--json`, `-h`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly values: Values;
}

/** A program's commands, from `leasehold` itself down. */
export function commandNodes(command: Command, path: readonly string[] = []): CommandNode[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const own: CommandNode = {
    path: path.join(" "),
    commands: commands.map((each) => ({ name: each.name(), description: each.summary() || each.description() })),
    options: help.visibleOptions(command).map(optionOf),
    arguments: command.registeredArguments.map(argumentValues),
    repeats: command.registeredArguments.at(-1)?.variadic ?? false,
  };
  // The command that commander itself adds for help has nothing below.
  const below = command.commands.flatMap((each) => commandNodes(each, [...path, each.name()]));
  return [own, ...below];
}

function optionOf(option: Option): CommandOption {
  const takesValue = option.required || option.optional;
  return {
    flags: [option.long, option.short].filter((flag) => typeof flag === "string"),
    description: option.description,
    takesValue,
    values: takesValue ? (option.argChoices ?? (filesOf(option.flags) ? "files" : undefined)) : undefined,
  };
}

function argumentValues(argument: Argument): Values {
  if (argument.argChoices !== undefined) return argument.argChoices;
  if (/environment/.test(argument.name())) return environmentNames;
  return filesOf(argument.name()) ? "files" : undefined;
}

function filesOf(name: string): boolean {
  return /file|folder|plan|sealed|before|after|output/.test(name);
}
