import { policyRules } from "../../../policies/lint/policy-rules";
import type { Guardrail } from "../guardrail";
import { lintGuardrail } from "./lint-guardrail";
import { readable } from "./readable";

/** Guardrails on policies: those of `policies/lint`, held against whatever policies a stack declares. */
export const policyGuardrails: readonly Guardrail[] = [...policyRules.map(lintGuardrail), readable];
