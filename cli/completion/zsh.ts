import type { CommandNode, Values } from "./command-tree";
import { argumentPlaces, indent, quote, valuedOptions, walkCases, words } from "./posix-walk";

/** @see https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
export function zshCompletion(nodes: readonly CommandNode[]): string {
  const described = (each: Iterable<readonly [string, string]>) =>
    words([...each].map(([word, description]) => `${word.replaceAll(":", "\\:")}:${description}`));
  const optionWords = nodes.map(({ path, options }) => {
    const pairs = options.flatMap(({ flags, description }) => flags.map((flag) => [flag, description] as const));
    return `${quote(path)}) found=(${described(pairs)}) ;;`;
  });
  const commandWords = nodes
    .filter(({ commands }) => commands.length > 0)
    .map(({ path, commands }) => {
      const pairs = commands.map(({ name, description }) => [name, description] as const);
      return `${quote(`${path}|0`)}) found=(${described(pairs)}) && _describe command found ;;`;
    });
  const added = (pattern: string, values: Values) => {
    if (values === "files") return `${pattern}) _files ;;`;
    return `${pattern}) ${values === undefined ? ":" : `compadd -- ${words(values)}`} ;;`;
  };
  return `#compdef leasehold
# Completion of leasehold for zsh: source <(leasehold completion zsh), after compinit
_leasehold() {
  local node='' word position=0 skip=0 i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if ((skip)); then
      skip=0
      continue
    fi
    case "$node|$word" in
${indent(walkCases(nodes), 6)}
    esac
  done
  if ((skip)); then
    case "$node|\${words[CURRENT - 1]}" in
${indent(
  valuedOptions(nodes).map(({ pattern, values }) => added(pattern, values)),
  6,
)}
    esac
  elif [[ "\${words[CURRENT]}" == -* ]]; then
    case "$node" in
${indent(optionWords, 6)}
    esac
    _describe option found
  else
    case "$node|$position" in
${indent([...commandWords, ...argumentPlaces(nodes).map(({ pattern, values }) => added(pattern, values))], 6)}
    esac
  fi
}
if [[ "\${funcstack[1]}" == _leasehold ]]; then
  _leasehold "$@"
else
  compdef _leasehold leasehold
fi
`;
}
