import type ts from "typescript";
import { LeaseholdError, show } from "../../constructs/core/errors";
import { textOf } from "./draft";
import { Source } from "./source";

export interface DeclaredSource {
  /** Path from the project's folder. */
  readonly file: string;
  readonly source: Source;
  /** The environment's own literal in it. */
  readonly literal: ts.Expression;
}

/**
 * The file that declares an environment.
 *
 * @throws LeaseholdError when there is no such file, or no literal of that name in it.
 */
export async function declared(command: string, root: string, environment: string): Promise<DeclaredSource> {
  const file = `environments/${environment}.ts`;
  const text = textOf(root, file);
  if (text === undefined) {
    throw new LeaseholdError(
      command,
      `there is no environment ${show(environment)}: ${file} is missing`,
      "give another <environment>, or make it with leasehold new environment",
    );
  }
  const source = await Source.of(file, text);
  const literal = source.literal({ named: environment });
  if (literal !== undefined) return { file, source, literal };
  throw new LeaseholdError(
    command,
    `${file} has no object literal with name: ${show(environment)}`,
    "write what is new into it by hand",
  );
}
