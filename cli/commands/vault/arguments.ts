import { Argument, type Command, InvalidArgumentError } from "commander";
import { environmentNames } from "../../../environments/load";

/** The server of an environment, or else the one at VAULT_ADDR. */
export function serverArgument(): Argument {
  return new Argument(
    "[environment]",
    `${environmentNames.join(", ")}, or a .ts file (default: the server at VAULT_ADDR)`,
  );
}

/** Where key shares come from. */
export function withShares(command: Command): Command {
  return command
    .option("--keys <file>", "file of key shares, as init writes it or one a line; its owner's alone (mode 600)")
    .option("--stdin", "read key shares from standard input; without either, they are asked for unseen");
}

export function withRecipients(command: Command): Command {
  return command
    .option("--pgp-key <file...>", "files with a PGP public key for each share, which the server encrypts it to")
    .option("--age <recipient...>", "an age recipient for each share, or files of them, which it is encrypted to here");
}

export function count(value: string): number {
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new InvalidArgumentError("give a whole number from 1 on");
}
