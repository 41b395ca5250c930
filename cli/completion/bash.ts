import type { CommandNode, Values } from "./command-tree";
import { argumentPlaces, indent, quote, valuedOptions, walkCases, words } from "./posix-walk";

/** @see https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html */
export function bashCompletion(nodes: readonly CommandNode[]): string {
  const optionWords = nodes.map(
    ({ path, options }) => `${quote(path)}) found=(${words(options.flatMap(({ flags }) => flags))}) ;;`,
  );
  const commandWords = nodes
    .filter(({ commands }) => commands.length > 0)
    .map(({ path, commands }) => `${quote(`${path}|0`)}) found=(${words(commands.map(({ name }) => name))}) ;;`);
  const found = (pattern: string, values: Values) =>
    values === "files" ? `${pattern}) files=1 ;;` : `${pattern}) found=(${words(values ?? [])}) ;;`;
  return `# Completion of leasehold for bash: eval "$(leasehold completion bash)"
_leasehold() {
  local node='' word position=0 skip=0 files=0 i
  local -a found=()
  local current="\${COMP_WORDS[COMP_CWORD]}"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if ((skip)); then
      skip=0
      continue
    fi
    case "$node|$word" in
${indent(walkCases(nodes), 6)}
    esac
  done
  if ((skip)); then
    case "$node|\${COMP_WORDS[COMP_CWORD - 1]}" in
${indent(
  valuedOptions(nodes).map(({ pattern, values }) => found(pattern, values)),
  6,
)}
    esac
  elif [[ "$current" == -* ]]; then
    case "$node" in
${indent(optionWords, 6)}
    esac
  else
    case "$node|$position" in
${indent([...commandWords, ...argumentPlaces(nodes).map(({ pattern, values }) => found(pattern, values))], 6)}
    esac
  fi
  COMPREPLY=()
  if ((files)); then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
    return
  fi
  for word in "\${found[@]}"; do
    [[ "$word" == "$current"* ]] && COMPREPLY+=("$word")
  done
}
complete -F _leasehold leasehold
`;
}
