import { LeaseholdError, messageOf } from "../constructs/core/errors";
import { dev } from "./dev";
import { lab } from "./lab";
import { overridden, overridesVariable } from "./overrides";
import { prod } from "./prod";
import { checkReferences } from "./references";
import {
  type Environment,
  type EnvironmentDefinition,
  environmentSchema,
  type Overrides,
  overridesSchema,
} from "./schema";
import { withSharedRoles } from "./databases/shared-roles";
import { staging } from "./staging";
import type { z } from "zod";

const checkedSchema = environmentSchema.superRefine((environment, context) => {
  for (const { path, message } of checkReferences(environment)) context.addIssue({ code: "custom", path, message });
});

const definitions: readonly EnvironmentDefinition[] = [dev, staging, prod, lab];

/** The names of all environments, in the order of their stacks. */
export const environmentNames: readonly string[] = definitions.map(({ name }) => name);

export { overridesVariable };

export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/** The process's environment; this is the one place that reads it. */
export function hostEnvironment(): HostEnvironment {
  return process.env;
}

/**
 * Every environment, checked, with the deploy-time overrides applied.
 *
 * @throws LeaseholdError that lists whatever does not fit, each with its place.
 */
export function loadEnvironments(host: HostEnvironment = hostEnvironment()): Environment[] {
  const overrides = parseOverrides(host[overridesVariable]);
  return definitions.map((definition) => parseEnvironment(overridden(definition, overrides[definition.name])));
}

/**
 * One environment by name.
 *
 * @throws LeaseholdError when there is none of that name, or it does not fit the schema.
 */
export function loadEnvironment(name: string, host: HostEnvironment = hostEnvironment()): Environment {
  const found = loadEnvironments(host).find((environment) => environment.name === name);
  if (found !== undefined) return found;
  throw new LeaseholdError(
    "environments",
    `there is no environment ${JSON.stringify(name)}`,
    `use one of ${environmentNames.join(", ")}`,
  );
}

/**
 * Checks one definition.
 *
 * @throws LeaseholdError that lists whatever does not fit, each with its place.
 */
export function parseEnvironment(definition: unknown): Environment {
  const name = (definition as { name?: unknown } | undefined)?.name;
  const where = `environments/${typeof name === "string" ? name : "?"}`;
  return parseWith(checkedSchema, withSharedRoles(parseWith(environmentSchema, definition, where), where), where);
}

function parseOverrides(text: string | undefined): Overrides {
  if (text === undefined || text.trim() === "") return {};
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw new LeaseholdError(
      overridesVariable,
      `is not JSON (${messageOf(thrown)})`,
      `give it as in {"dev": {"vault": {"address": "http://127.0.0.1:8200"}}}`,
    );
  }
  const overrides = parseWith(overridesSchema, json, overridesVariable);
  for (const name of Object.keys(overrides)) {
    if (environmentNames.includes(name)) continue;
    throw new LeaseholdError(
      overridesVariable,
      `there is no environment ${JSON.stringify(name)}`,
      `use one of ${environmentNames.join(", ")}`,
    );
  }
  return overrides;
}

function parseWith<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${pathOf(issue.path)} ${reasonOf(issue)}`);
  throw new LeaseholdError(where, problems.join("; "), "mend what is named and deploy again");
}

/** What zod says of a record's key is one level deeper than what it says of anything else. */
function reasonOf(issue: z.core.$ZodIssue): string {
  return issue.code === "invalid_key" ? issue.issues.map(({ message }) => message).join(", ") : issue.message;
}

function pathOf(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return text.replace(/^\./, "") || "(top level)";
}
