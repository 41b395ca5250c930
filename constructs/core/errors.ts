/**
 * An error that a person can act on: where it is, what was given, what was expected, how to mend it.
 *
 * The message is one line: `[where] problem: remedy`.
 */
export class LeaseholdError extends Error {
  override readonly name = "LeaseholdError";

  constructor(
    /** Construct path, file or command that the error is about. */
    readonly where: string,
    /** What was given and what was expected, in a sentence without its full stop. */
    readonly problem: string,
    /** What to do about it, in a sentence without its full stop. */
    readonly remedy: string,
  ) {
    super(`[${where}] ${problem}: ${remedy}`);
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** A given value as messages show it; unlike JSON.stringify it never throws. */
export function show(value: unknown): string {
  // JSON has no text for a bigint, and throws instead.
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}
