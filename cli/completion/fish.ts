import type { CommandNode, CommandOption, Values } from "./command-tree";
import { below } from "./posix-walk";

/** @see https://fishshell.com/docs/current/completions.html */
export function fishCompletion(nodes: readonly CommandNode[]): string {
  const walk = nodes.flatMap(({ path, commands, options }) => [
    ...commands.flatMap(({ name }) => [`case ${quote(`${path}|${name}`)}`, `    set node ${quote(below(path, name))}`]),
    ...options
      .filter(({ takesValue }) => takesValue)
      .flatMap(({ flags }) => [`case ${flags.map((flag) => quote(`${path}|${flag}`)).join(" ")}`, "    set skip 1"]),
  ]);
  return `# Completion of leasehold for fish: leasehold completion fish | source
function __leasehold_place
    set -l given (commandline -opc)
    set -e given[1]
    set -l node ''
    set -l skip 0
    set -l position 0
    for word in $given
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$node|$word"
${walk.map((line) => " ".repeat(12) + line).join("\n")}
            case '*|-*'
            case '*'
                set position (math $position + 1)
        end
    end
    echo "$node|$position"
end
function __leasehold_at
    test (__leasehold_place) = $argv[1]
end
function __leasehold_in
    string match -q -- "$argv[1]|*" (__leasehold_place)
end
complete -c leasehold -f
${nodes.flatMap(linesOf).join("\n")}
`;
}

function linesOf({ path, commands, options, arguments: places, repeats }: CommandNode): string[] {
  const at = (place: number) => `complete -c leasehold -n ${quote(`__leasehold_at ${quote(`${path}|${place}`)}`)}`;
  const inside = `complete -c leasehold -n ${quote(`__leasehold_in ${quote(path)}`)}`;
  return [
    ...commands.map(({ name, description }) => `${at(0)} -a ${quote(name)} -d ${quote(description)}`),
    ...options.map((option) => `${inside} ${optionWords(option)} -d ${quote(option.description)}`),
    ...places.flatMap((values, place) => argumentLine(at(place), values)),
    ...(repeats ? argumentLine(inside, places.at(-1)) : []),
  ];
}

function argumentLine(beginning: string, values: Values): string[] {
  if (values === undefined) return [];
  return [values === "files" ? `${beginning} -F` : `${beginning} -a ${quote(values.join(" "))}`];
}

function optionWords({ flags, takesValue, values }: CommandOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
  if (!takesValue) return names;
  if (values === "files") return `${names} -r -F`;
  return values === undefined ? `${names} -x` : `${names} -x -a ${quote(values.join(" "))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
