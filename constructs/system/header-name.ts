import { LeaseholdError, show } from "../core/errors";

/**
 * The name itself, when it is a header's.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireHeaderName(where: string, field: string, name: string): string {
  if (typeof name === "string" && /^[A-Za-z][\w-]*$/.test(name)) return name;
  throw new LeaseholdError(
    where,
    `${field} ${show(name)} is not the name of a header`,
    "write it as in X-Forwarded-For",
  );
}
