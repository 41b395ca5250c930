import { z } from "zod";
import type { PolicyRule } from "../../policies/language/policy-rule";
import type { Misfit } from "../misfit";
import { mountFields } from "./mount";

export const pkiEngine = z.strictObject({ type: z.literal("pki"), ...mountFields });

export type DeclaredPkiEngine = z.output<typeof pkiEngine>;

/** Names that are declared twice or not at all. */
export function checkPkiEngine(engine: DeclaredPkiEngine, path: readonly (string | number)[]): Misfit[] {
  void [engine, path];
  return [];
}

/** What the deployer needs below the mount. */
export function pkiDeployerRules(engine: DeclaredPkiEngine): PolicyRule[] {
  void engine;
  return [];
}
