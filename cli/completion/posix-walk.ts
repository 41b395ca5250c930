import type { CommandNode, Values } from "./command-tree";

/** A word for bash and zsh, whatever it holds. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function words(values: Iterable<string>): string {
  return [...values].map(quote).join(" ");
}

/**
 * Lines of a `case "$node|$word"` that go from command to command, leave out an option's value and count arguments: bash and zsh
 * read them alike.
 */
export function walkCases(nodes: readonly CommandNode[]): string[] {
  return [
    ...nodes.flatMap(({ path, commands }) =>
      commands.map(({ name }) => `${quote(`${path}|${name}`)}) node=${quote(below(path, name))} ;;`),
    ),
    ...valuedOptions(nodes).map(({ pattern }) => `${pattern}) skip=1 ;;`),
    "*'|-'*) ;;",
    "*) position=$((position + 1)) ;;",
  ];
}

/** For each option that takes a value, the pattern of `$node|$word` and what the value may be. */
export function valuedOptions(nodes: readonly CommandNode[]): { readonly pattern: string; readonly values: Values }[] {
  return nodes.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, values }) => ({ pattern: flags.map((flag) => quote(`${path}|${flag}`)).join(" | "), values })),
  );
}

/** For each argument, the pattern of `$node|$position` and what it may be. */
export function argumentPlaces(nodes: readonly CommandNode[]): { readonly pattern: string; readonly values: Values }[] {
  return nodes.flatMap(({ path, arguments: places, repeats }) => [
    ...places.map((values, at) => ({ pattern: quote(`${path}|${at}`), values })),
    ...(repeats ? [{ pattern: `${quote(`${path}|`)}*`, values: places.at(-1) }] : []),
  ]);
}

export function below(path: string, name: string): string {
  return path === "" ? name : `${path} ${name}`;
}

/** Lines within a block. */
export function indent(lines: readonly string[], by: number): string {
  return lines.map((line) => " ".repeat(by) + line).join("\n");
}
