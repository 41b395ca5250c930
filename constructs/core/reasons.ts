import { LeaseholdError, show } from "./errors";

/**
 * The reason itself, when it can be one: what is seldom right is declared together with why it is right here.
 *
 * @throws LeaseholdError that names `where` and `field` unless it is a sentence of a few words at least.
 */
export function requireReason(where: string, field: string, reason: unknown): string {
  if (typeof reason === "string" && /\S\s+\S/.test(reason) && !/\$\{|%\{/.test(reason)) return reason.trim();
  throw new LeaseholdError(
    where,
    `${field} ${show(reason)} is no reason`,
    "say in a few words why it is right here: whoever reviews the declaration reads them",
  );
}
