/** What was declared under a name. The environment's schema has seen to it that there is something. */
export function found<T>(declared: ReadonlyMap<string, T>, name: string): T {
  const value = declared.get(name);
  if (value === undefined) throw new Error(`${name} passed the environment's schema without being declared`);
  return value;
}
