import { LeaseholdError } from "./errors";

/**
 * The number itself, when it is whole and within bounds.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireWhole(where: string, field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new LeaseholdError(where, `${field} ${value} is out of range`, `give a whole number from ${least} to ${most}`);
}
