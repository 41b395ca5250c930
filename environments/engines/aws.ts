import { z } from "zod";
import type { PolicyRule } from "../../policies/language/policy-rule";
import type { Misfit } from "../misfit";
import { mountFields } from "./mount";

export const awsEngine = z.strictObject({ type: z.literal("aws"), ...mountFields });

export type DeclaredAwsEngine = z.output<typeof awsEngine>;

/** Names that are declared twice or not at all. */
export function checkAwsEngine(engine: DeclaredAwsEngine, path: readonly (string | number)[]): Misfit[] {
  void [engine, path];
  return [];
}

/** What the deployer needs below the mount. */
export function awsDeployerRules(engine: DeclaredAwsEngine): PolicyRule[] {
  void engine;
  return [];
}
