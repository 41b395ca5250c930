import { LeaseholdError } from "../../constructs/core/errors";
import { askUnseen, readPiped } from "../auth/password-input";
import { readShares, sharesIn } from "./key-file";

export interface ShareOptions {
  /** File that holds shares. */
  readonly keys?: string;
  /** Read them from standard input. */
  readonly stdin?: boolean;
}

/** Where key shares come from: never from an argument, which every user of the machine can see. */
export interface ShareSource {
  /** How many there are; undefined where a person types them one after the other. */
  readonly count: number | undefined;
  /** The next share; undefined where there are no more. */
  next(question: string): Promise<string | undefined>;
}

/**
 * The shares of a file, those that are piped in, or those that a person types unseen.
 *
 * @throws LeaseholdError when there are none, or no terminal to ask at.
 */
export async function shareSource(command: string, { keys, stdin }: ShareOptions): Promise<ShareSource> {
  if (keys !== undefined) return listed(readShares("--keys", keys));
  if (stdin === true) return listed(sharesIn("standard input", await readPiped()));
  if (!process.stdin.isTTY) {
    throw new LeaseholdError(command, "has no terminal to ask for key shares", "give --keys or --stdin");
  }
  return {
    count: undefined,
    next: async (question) => {
      const typed = (await askUnseen(`${question} (nothing ends it): `)).trim();
      return typed === "" ? undefined : sharesIn("the typed share", typed)[0];
    },
  };
}

export function listed(shares: readonly string[]): ShareSource {
  const left = [...shares];
  return { count: shares.length, next: () => Promise.resolve(left.shift()) };
}
