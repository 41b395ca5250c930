import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandNodes } from "../../../cli/completion/command-tree";
import { completionCommand } from "../../../cli/commands/completion";
import { projectRoot } from "../../../cli/context";
import { onPath } from "../../../cli/parts/executables";
import { run } from "../../../cli/processes";
import { program } from "../../../cli/program";
import { environmentNames, hostEnvironment } from "../../../environments/load";
import { runInProcess } from "../in-process";
import { scratchFolder } from "../scratch";

const context = { root: projectRoot, env: {}, print: () => undefined };
const made = () => program(context);
const folder = scratchFolder();

async function scriptFor(shell: string): Promise<string> {
  const { printed, thrown } = await runInProcess((given) => completionCommand(given, made), [shell]);
  expect(thrown).toBeUndefined();
  const file = join(folder(), `leasehold.${shell}`);
  writeFileSync(file, printed.join("\n"));
  return file;
}

/** What the shell proposes for a line, in any order. */
type Propose = (script: string, line: readonly string[]) => Promise<string[]>;

async function linesOf(shell: string, args: readonly string[]): Promise<string[]> {
  // fish keeps its history and settings in the home folder, and makes them there.
  const env = { ...hostEnvironment(), HOME: folder(), XDG_CONFIG_HOME: folder(), XDG_DATA_HOME: folder() };
  const { code, stdout, stderr } = await run(shell, args, { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

const shells: Readonly<Record<string, Propose>> = {
  bash: (script, line) =>
    linesOf("bash", [
      "--norc",
      "-c",
      'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _leasehold; printf "%s\\n" "${COMPREPLY[@]}"',
      "bash",
      script,
      ...line,
    ]),
  // The system that draws proposals needs a terminal: its functions print here what they are given, and filter as they do.
  zsh: async (script, line) => {
    const last = line.at(-1) ?? "";
    const found = await linesOf("zsh", [
      "-f",
      "-c",
      `compdef() { :; }
compadd() { shift; print -rl -- "$@"; }
_files() { print -r -- FILES; }
_describe() { print -rl -- "\${(@)\${(P@)2}%%:*}"; }
source "$1"; shift; words=("$@"); CURRENT=$#; _leasehold`,
      "zsh",
      script,
      ...line,
    ]);
    return found.filter((each) => each.startsWith(last));
  },
  fish: async (script, line) => {
    const found = await linesOf("fish", [
      "--no-config",
      "-c",
      `source $argv[1]; complete -C "$argv[2]"`,
      script,
      line.join(" "),
    ]);
    return found.map((each) => each.split("\t")[0] ?? "");
  },
};

for (const [shell, propose] of Object.entries(shells)) {
  const there = onPath(hostEnvironment(), shell) !== undefined;
  (there ? describe : describe.skip)(`completion in ${shell}${there ? "" : `, which is not installed`}`, () => {
    it("proposes commands, subcommands, options, environments and choices", async () => {
      const script = await scriptFor(shell);
      const commands = made().commands.map((command) => command.name());
      expect((await propose(script, ["leasehold", ""])).sort()).toEqual([...commands, "help"].sort());
      expect(await propose(script, ["leasehold", "dr"])).toEqual(["drift"]);
      expect(await propose(script, ["leasehold", "lab", "st"])).toEqual(["status"]);
      expect((await propose(script, ["leasehold", "drift", ""])).sort()).toEqual([...environmentNames].sort());
      expect(await propose(script, ["leasehold", "drift", "--pr"])).toEqual(["--probe"]);
      expect((await propose(script, ["leasehold", "lab", "up", "--server", ""])).sort()).toEqual(["openbao", "vault"]);
      expect((await propose(script, ["leasehold", "completion", ""])).sort()).toEqual(["bash", "fish", "zsh"]);
    });

    it("knows an option's value from an argument, and proposes nothing where nothing more stands", async () => {
      const script = await scriptFor(shell);
      const afterValue = ["leasehold", "drift", "--output", "drift", ""];
      expect((await propose(script, afterValue)).sort()).toEqual([...environmentNames].sort());
      expect(await propose(script, ["leasehold", "completion", "bash", ""])).toEqual([]);
      expect(await propose(script, ["leasehold", "nonsense", "--pro"])).toEqual([]);
    });
  });
}

describe("leasehold completion", () => {
  it("refuses a shell that it does not know", async () => {
    const { thrown } = await runInProcess((given) => completionCommand(given, made), ["tcsh"]);
    expect(String(thrown)).toContain(
      "value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
    );
  });

  it("knows every command there is", () => {
    const paths = commandNodes(made()).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["", "lab up", "policy explain", "database orphans", "drift"]));
    expect(new Set(paths).size).toBe(paths.length);
  });
});
