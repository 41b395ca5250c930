import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { LeaseholdError } from "../../constructs/core/errors";

/** What is piped in, without the line end that `echo` adds. */
export async function readPiped(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

/**
 * A password that a person types twice, and that nobody sees.
 *
 * @throws LeaseholdError when there is no terminal to ask at, or the two differ.
 */
export async function askForPassword(command: string, user: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new LeaseholdError(command, "has no terminal to ask for the password", "give --stdin or --generate");
  }
  const first = await askUnseen(`New password of ${user}: `);
  if (first === (await askUnseen("The same once more: "))) return first;
  throw new LeaseholdError(command, "the two passwords differ", "nothing was changed: try again");
}

/** Asks at the terminal without showing what is typed. */
export async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question("");
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
