import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import { lock } from "../lock";

/** Where an environment is synthesised, which one command at a time may use. */
export interface StackPlace {
  readonly root: string;
  readonly output: string;
  readonly environment: string;
}

/**
 * Runs what deploys or destroys an environment, while nothing else does so from the same folder.
 *
 * @throws LeaseholdError when something does.
 */
export async function oneAtATime<T>(
  command: string,
  { root, output, environment }: StackPlace,
  use: () => Promise<T>,
): Promise<T> {
  const folder = resolve(root, output);
  mkdirSync(folder, { recursive: true });
  const release = await lock(join(folder, `${environment}.lock`));
  if (release === undefined) {
    throw new LeaseholdError(
      command,
      `another deployment or destruction of ${environment} runs`,
      "wait until it has ended",
    );
  }
  try {
    return await use();
  } finally {
    release();
  }
}
