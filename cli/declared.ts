import { Argument } from "commander";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

import { LeaseholdError } from "../constructs/core/errors";
import type { DatabaseDefinition } from "../environments/databases/schema";
import { environmentNames, loadEnvironment, parseEnvironment } from "../environments/load";
import { allDatabases, inNamespace, type PlacedDatabase } from "../environments/namespaces/contents";
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
 * @param database Its name, or `<namespace>/<name>`.
 * @throws LeaseholdError when there is none of that name, or there are several.
 */
export function chosenDatabases(environment: Environment, database: string | undefined): DatabaseDefinition[] {
  return chosenPlaces(environment, database).map((each) => each.database);
}

/** The same, with the namespaces that their mounts lie in. */
export function chosenPlaces(environment: Environment, database: string | undefined): PlacedDatabase[] {
  const all = allDatabases(environment);
  if (database === undefined && all.length > 0) return all;
  const fullName = ({ namespace, database: { name } }: PlacedDatabase) => inNamespace(namespace, name);
  const exact = all.filter((each) => fullName(each) === database);
  const chosen = exact.length > 0 ? exact : all.filter((each) => each.database.name === database);
  if (chosen.length === 1) return chosen;
  throw new LeaseholdError(
    `environments/${environment.name}`,
    chosen.length === 0
      ? `there is no database ${JSON.stringify(database)}`
      : `several databases are named ${JSON.stringify(database)}`,
    `use one of ${(chosen.length === 0 ? all : chosen).map(fullName).join(", ")}`,
  );
}
