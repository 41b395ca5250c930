/** What a text holds as JSON; undefined where it is none, for a schema to refuse with the rest of what it expects. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
