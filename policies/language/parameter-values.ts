import type { ParameterValue, ParameterValues } from "./policy-rule";

/** The parameter that stands for all that are not named. Which values it is given with does not count. */
export const anyParameter = "*";

/** A value as text, the same for equal values: keys of an object in their order. */
export function keyOf(value: ParameterValue): string {
  if (Array.isArray(value)) return `[${(value as readonly ParameterValue[]).map(keyOf).join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${sortedEntries(value as Readonly<Record<string, ParameterValue>>)
    .map(([key, each]) => `${JSON.stringify(key)}:${keyOf(each)}`)
    .join(",")}}`;
}

/** Each value once, in an order that depends on the values alone. */
export function distinct(values: readonly ParameterValue[]): ParameterValue[] {
  return sortedEntries(Object.fromEntries(values.map((value) => [keyOf(value), value]))).map(([, value]) => value);
}

/** The entries by their keys, whatever the order in which they were added. */
export function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The values that a list has for a parameter, be it by name or through `*`; undefined where the list has none of it. */
export function valuesOf(list: ParameterValues, parameter: string): readonly ParameterValue[] | undefined {
  if (Object.hasOwn(list, parameter)) return list[parameter];
  return Object.hasOwn(list, anyParameter) ? [] : undefined;
}

/** Whether a list with these values for a parameter, an empty one standing for any, covers all that `value` stands for. */
export function coversValue(values: readonly ParameterValue[], value: ParameterValue): boolean {
  return values.length === 0 || values.some((each) => matchesAllOf(each, value));
}

/** Whether all that `narrow` stands for is matched by `wide`. */
function matchesAllOf(wide: ParameterValue, narrow: ParameterValue): boolean {
  if (typeof wide !== "string" || typeof narrow !== "string") return keyOf(wide) === keyOf(narrow);
  const [outer, inner] = [globOf(wide), globOf(narrow)];
  if (outer.openStart && outer.openEnd) return inner.text.includes(outer.text);
  if (outer.openStart) return !inner.openEnd && inner.text.endsWith(outer.text);
  if (outer.openEnd) return !inner.openStart && inner.text.startsWith(outer.text);
  return wide === narrow;
}

/** A lone `*` is no pattern to Vault: it stands for itself. */
function globOf(text: string): { readonly openStart: boolean; readonly openEnd: boolean; readonly text: string } {
  const [openStart, openEnd] = [text.length > 1 && text.startsWith("*"), text.length > 1 && text.endsWith("*")];
  return { openStart, openEnd, text: text.slice(openStart ? 1 : 0, openEnd ? -1 : undefined) };
}
