import type { Guardrail } from "../guardrail";
import { anyName } from "./any-name";
import { certificateTtl } from "./certificate-ttl";

/** Guardrails on certificates. */
export const pkiRules: readonly Guardrail[] = [anyName, certificateTtl];
