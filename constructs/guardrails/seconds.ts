const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * A length of time in seconds, as providers take it: a number, `"3600"`, `"1h30m"` or `"30d"`. Undefined where it is not given, not
 * known before the deployment, or zero, which stands for a default.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/duration-format
 */
export function secondsOf(value: unknown): number | undefined {
  if (typeof value === "number") return value > 0 ? value : undefined;
  if (typeof value !== "string") return undefined;
  if (/^\d+$/.test(value)) return secondsOf(Number(value));
  if (!/^(?:\d+[smhd])+$/.test(value)) return undefined;
  const parts = [...value.matchAll(/(\d+)([smhd])/g)];
  return secondsOf(parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 0), 0));
}
