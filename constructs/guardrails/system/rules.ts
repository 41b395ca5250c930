import type { Guardrail } from "../guardrail";
import { auditAccessors } from "./audit-accessors";
import { auditDestination } from "./audit-destination";
import { auditFileMode } from "./audit-file-mode";
import { auditFirst } from "./audit-first";
import { auditRaw } from "./audit-raw";
import { corsEncrypted } from "./cors-encrypted";
import { corsOrigins } from "./cors-origins";
import { leaseTtl } from "./lease-ttl";
import { passwordCharacters } from "./password-characters";
import { passwordStrength } from "./password-strength";
import { rateLimited } from "./rate-limited";
import { twoAuditDevices } from "./two-audit-devices";
import { uiHeaders } from "./ui-headers";

const rules: readonly Guardrail[] = [
  twoAuditDevices,
  auditDestination,
  auditRaw,
  auditFirst,
  auditAccessors,
  auditFileMode,
  rateLimited,
  corsOrigins,
  corsEncrypted,
  uiHeaders,
  passwordStrength,
  passwordCharacters,
  leaseTtl,
];

/** Guardrails on the server as a whole. */
export const systemRules: readonly Guardrail[] = rules.map((rule) => ({ ...rule, acrossNamespaces: true }));
