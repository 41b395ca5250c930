import { LeaseholdError, show } from "./errors";

/**
 * The value itself, when it is one of those that there are, for callers whose types were not checked.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireChoice<T extends string | boolean>(
  where: string,
  field: string,
  value: T,
  choices: readonly T[],
): T {
  if (choices.includes(value)) return value;
  const known = choices.map(String);
  throw new LeaseholdError(
    where,
    `${field} ${show(value)} is unknown`,
    `use ${[known.slice(0, -1).join(", "), known.at(-1)].filter(Boolean).join(" or ")}`,
  );
}
