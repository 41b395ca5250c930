import { z } from "zod";
import type { PolicyRule } from "../../policies/language/policy-rule";
import type { Misfit } from "../misfit";
import { awsDeployerRules, awsEngine, checkAwsEngine } from "./aws";
import { checkKvEngine, kvDeployerRules, kvEngine } from "./kv";
import { checkPkiEngine, pkiDeployerRules, pkiEngine } from "./pki";
import { checkTransitEngine, transitDeployerRules, transitEngine } from "./transit";

/** A secrets engine other than those of databases, with what it holds. */
export const secretsEngine = z.discriminatedUnion("type", [kvEngine, pkiEngine, transitEngine, awsEngine]);

export type DeclaredEngine = z.output<typeof secretsEngine>;

/** What of an engine does not fit the rest of it. */
export function checkEngine(engine: DeclaredEngine, path: readonly (string | number)[]): Misfit[] {
  switch (engine.type) {
    case "kv":
      return checkKvEngine(engine, path);
    case "pki":
      return checkPkiEngine(engine, path);
    case "transit":
      return checkTransitEngine(engine, path);
    case "aws":
      return checkAwsEngine(engine, path);
  }
}

/** What the login that deploys needs below the engine's mount. */
export function engineDeployerRules(engine: DeclaredEngine): PolicyRule[] {
  switch (engine.type) {
    case "kv":
      return kvDeployerRules(engine);
    case "pki":
      return pkiDeployerRules(engine);
    case "transit":
      return transitDeployerRules(engine);
    case "aws":
      return awsDeployerRules(engine);
  }
}
