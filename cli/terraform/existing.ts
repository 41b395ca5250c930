import type { Diagnostic } from "./events";

/** Errors of the provider for what can't be made since it is there; entities, their aliases and groups have an id that only the server knows. */
const patterns = [
  /Identity Entity "[^"]*" already exists\W+Entity resource ID "([^"]+)" may be imported/,
  /entity alias "[^"]*" already exists for mount accessor "[^"]*", id="([^"]+)"/,
  /group already exists with path="[^"]*", id="([^"]+)"/,
];

/** The id of what turned out to be there, by which it can be imported; undefined where an error says something else. */
export function idOfExisting({ summary, detail }: Pick<Diagnostic, "summary" | "detail">): string | undefined {
  const ids = patterns.map((pattern) => pattern.exec(`${summary} ${detail}`)?.[1]);
  return ids.find((id) => id !== undefined);
}
