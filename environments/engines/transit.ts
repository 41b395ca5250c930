import { z } from "zod";
import type { PolicyRule } from "../../policies/language/policy-rule";
import type { Misfit } from "../misfit";
import { mountFields } from "./mount";

export const transitEngine = z.strictObject({ type: z.literal("transit"), ...mountFields });

export type DeclaredTransitEngine = z.output<typeof transitEngine>;

/** Names that are declared twice or not at all. */
export function checkTransitEngine(engine: DeclaredTransitEngine, path: readonly (string | number)[]): Misfit[] {
  void [engine, path];
  return [];
}

/** What the deployer needs below the mount. */
export function transitDeployerRules(engine: DeclaredTransitEngine): PolicyRule[] {
  void engine;
  return [];
}
