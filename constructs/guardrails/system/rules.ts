import type { Guardrail } from "../guardrail";
import { auditAccessors } from "./audit-accessors";
import { auditDestination } from "./audit-destination";
import { auditFileMode } from "./audit-file-mode";
import { auditFirst } from "./audit-first";
import { auditRaw } from "./audit-raw";
import { twoAuditDevices } from "./two-audit-devices";

/** Guardrails on the server as a whole. */
export const systemRules: readonly Guardrail[] = [
  twoAuditDevices,
  auditDestination,
  auditRaw,
  auditFirst,
  auditAccessors,
  auditFileMode,
];
