import { createInterface } from "node:readline/promises";
import { LeaseholdError } from "../constructs/core/errors";

/**
 * Asks a person to type a word before something is done that can't be undone.
 *
 * @throws LeaseholdError when there is no terminal to ask at, or another word was typed.
 */
export async function askForConsent(command: string, question: string, word: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new LeaseholdError(command, "has no terminal to ask for consent", "give --yes");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} Type ${word}: `);
  terminal.close();
  if (answer.trim() === word) return;
  throw new LeaseholdError(command, "was not confirmed", `type ${word}, or give --yes`);
}
