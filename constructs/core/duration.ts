import { LeaseholdError, show } from "./errors";

const secondsPerUnit = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

type Unit = keyof typeof secondsPerUnit;

/**
 * A length of time: a whole number and one unit, such as `"90s"`, `"20m"`, `"1h"` or `"2d"`.
 *
 * Zero is refused: Vault reads a TTL of 0 as "use the mount's or the system's default", which hides what is meant.
 * Leave the option out to get that default.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/duration-format
 */
export type Duration = `${number}${Unit}`;

const pattern = /^([1-9]\d*)([smhd])$/;

/** 100 years: more than any lease, and well inside Vault's 64-bit nanoseconds. */
const longest = 100 * 365 * secondsPerUnit.d;

/** Whether the value is a duration that `parseDuration` accepts. */
export function isDuration(value: unknown): value is Duration {
  const match = typeof value === "string" ? pattern.exec(value) : null;
  return match !== null && Number(match[1]) * secondsPerUnit[match[2] as Unit] <= longest;
}

/** What a duration looks like, for messages. */
export const durationForm = `a whole number of s, m, h or d from 1s to 36500d, such as "90s", "1h" or "2d"`;

/**
 * The duration in seconds.
 *
 * @throws LeaseholdError that names `where` and `field` when the value is not a duration.
 */
export function parseDuration(where: string, field: string, value: Duration): number {
  if (!isDuration(value)) {
    throw new LeaseholdError(where, `${field} ${show(value)} is not a duration`, `write ${durationForm}`);
  }
  const [, count, unit] = pattern.exec(value) as unknown as [string, string, Unit];
  return Number(count) * secondsPerUnit[unit];
}

/** Seconds in the largest unit that divides them, so that 3600 reads `1h`. */
export function formatDuration(seconds: number): Duration {
  const units: Unit[] = ["d", "h", "m"];
  const unit = units.find((each) => seconds >= secondsPerUnit[each] && seconds % secondsPerUnit[each] === 0) ?? "s";
  return `${seconds / secondsPerUnit[unit]}${unit}`;
}

/** A pair of TTLs as a role of any kind has them. */
export interface TtlPair {
  readonly defaultTtl: Duration;
  readonly maxTtl: Duration;
}

/**
 * Both TTLs in seconds.
 *
 * @throws LeaseholdError when the default exceeds the maximum: Vault would cap it silently.
 */
export function parseTtlPair(
  where: string,
  ttls: TtlPair,
  fields: readonly [string, string] = ["defaultTtl", "maxTtl"],
): { readonly default: number; readonly max: number } {
  const seconds = {
    default: parseDuration(where, fields[0], ttls.defaultTtl),
    max: parseDuration(where, fields[1], ttls.maxTtl),
  };
  if (seconds.default > seconds.max) {
    throw new LeaseholdError(
      where,
      `${fields[0]} ${ttls.defaultTtl} exceeds ${fields[1]} ${ttls.maxTtl}`,
      `lower ${fields[0]} or raise ${fields[1]}`,
    );
  }
  return seconds;
}
