import type { Guardrail } from "../guardrail";
import { rootOnlyInNamespace } from "./root-only";

/** Guardrails on namespaces. */
export const namespaceRules: readonly Guardrail[] = [rootOnlyInNamespace];
