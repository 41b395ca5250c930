/** What stands for a value that is not exported, so that one sees that there is one. */
export const notExported = "(not exported)";

/** Fields whose values are exported; with `true` as it is, with a list of its own what is below it, with a function what that gives. */
export interface FieldList {
  readonly [field: string]: true | FieldList | ((value: unknown) => unknown);
}

/** A list of fields that are exported as they are. */
export function fields(...names: readonly string[]): FieldList {
  return Object.fromEntries(names.map((name) => [name, true]));
}

/**
 * An object with the fields of a list, sorted. A field that is not on the list keeps its name and loses its value: what a later version
 * of the server adds is never exported by accident.
 */
export function allowed(list: FieldList, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, exportedValue(Object.hasOwn(list, name) ? list[name] : undefined, value[name])]),
  );
}

function exportedValue(rule: FieldList[string] | undefined, value: unknown): unknown {
  if (rule === undefined) return notExported;
  if (typeof rule === "function") return rule(value);
  if (rule === true) return sorted(value);
  return isObject(value) ? allowed(rule, value) : value;
}

/** Servers give maps in any order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A URL or a DSN, where it holds no password but Vault's placeholders. */
export function withoutPassword(value: unknown): unknown {
  if (typeof value !== "string") return notExported;
  const bare = value.replaceAll(/\{\{(username|password|name)\}\}/g, "");
  // `user:password@host`, in a URL and in MySQL's form, whose password may hold `/` and `@`; `password=` in PostgreSQL's.
  const before = bare.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").slice(0, -1);
  const user = before.slice(0, Math.max(before.lastIndexOf("@"), 0));
  const hasPassword = /:./s.test(user) || /(password|passwd|pwd)\s*=\s*[^\s&;]/i.test(bare);
  return hasPassword ? notExported : value;
}

/** An order of no meaning, put right. */
export function sortedSet(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as unknown[])].sort() : value;
}
