import { Argument } from "commander";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

import { LeaseholdError } from "../constructs/core/errors";
import type { DatabaseDefinition } from "../environments/databases/schema";
import { environmentNames, loadEnvironment, parseEnvironment } from "../environments/load";
import type { Environment } from "../environments/schema";
import type { CliContext } from "./context";

/** The environment that a command is about: one of the project's, or a file that declares one. */
export function declarationArgument(): Argument {
  return new Argument("<environment>", `${environmentNames.join(", ")}, or a .ts file that exports one`);
}

/**
 * The environment of that name, or the one that a file exports.
 *
 * @throws LeaseholdError when there is none, the file exports none or several, or it does not fit the schema.
 */
export function loadDeclared(nameOrFile: string, { env }: CliContext): Environment {
  if (!nameOrFile.endsWith(".ts")) return loadEnvironment(nameOrFile, env);
  const file = resolve(nameOrFile);
  if (!existsSync(file)) {
    throw new LeaseholdError(nameOrFile, "there is no such file", "give its path from the current folder");
  }
  const exported = createRequire(__filename)(file) as Readonly<Record<string, unknown>>;
  const found = new Set(Object.values(exported).filter(isDeclaration));
  const [declaration] = found;
  if (declaration === undefined || found.size > 1) {
    throw new LeaseholdError(
      nameOrFile,
      `exports ${found.size} environments`,
      "export one, as in: export const example: EnvironmentDefinition = { ... }",
    );
  }
  return parseEnvironment(declaration);
}

function isDeclaration(value: unknown): boolean {
  return typeof value === "object" && value !== null && "databases" in value && "vault" in value;
}

/**
 * The databases that a command is about: the named one, or all.
 *
 * @throws LeaseholdError when there is none of that name.
 */
export function chosenDatabases({ name, databases }: Environment, database: string | undefined): DatabaseDefinition[] {
  const chosen = databases.filter((each) => database === undefined || each.name === database);
  if (chosen.length > 0) return chosen;
  throw new LeaseholdError(
    `environments/${name}`,
    `there is no database ${JSON.stringify(database)}`,
    `use one of ${databases.map((each) => each.name).join(", ")}`,
  );
}
