/** A part of an environment that does not fit the rest. */
export interface Misfit {
  readonly path: (string | number)[];
  readonly message: string;
}

/** Names of one kind that are there twice. */
export function duplicates(
  kind: string,
  named: readonly { readonly name: string; readonly path: (string | number)[] }[],
): Misfit[] {
  const seen = new Set<string>();
  return named.flatMap(({ name, path }) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ path, message: `${kind} ${JSON.stringify(name)} is declared twice: give one of the two another name` }];
  });
}

/** Names of one kind that are used and not declared. */
export function unknown(
  kind: string,
  used: readonly string[],
  declared: readonly string[],
  path: (string | number)[],
): Misfit[] {
  return used
    .filter((name) => !declared.includes(name))
    .map((name) => ({
      path,
      message: `${kind} ${JSON.stringify(name)} is not declared: declare it or use one of ${declared.join(", ") || "(none declared)"}`,
    }));
}
