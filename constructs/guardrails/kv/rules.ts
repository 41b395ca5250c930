import type { Guardrail } from "../guardrail";
import { checkAndSet } from "./check-and-set";
import { keptVersions } from "./kept-versions";
import { valueInState } from "./value-in-state";
import { versionOne } from "./version-one";

/** Guardrails on secrets that Vault stores. */
export const kvRules: readonly Guardrail[] = [versionOne, valueInState, checkAndSet, keptVersions];
