import { z } from "zod";
import type { PolicyRule } from "../../policies/language/policy-rule";
import type { Misfit } from "../misfit";
import { mountFields } from "./mount";

export const kvEngine = z.strictObject({ type: z.literal("kv"), ...mountFields });

export type DeclaredKvEngine = z.output<typeof kvEngine>;

/** Names that are declared twice or not at all. */
export function checkKvEngine(engine: DeclaredKvEngine, path: readonly (string | number)[]): Misfit[] {
  void [engine, path];
  return [];
}

/** What the deployer needs below the mount. */
export function kvDeployerRules(engine: DeclaredKvEngine): PolicyRule[] {
  void engine;
  return [];
}
