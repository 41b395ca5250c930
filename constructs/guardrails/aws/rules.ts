import type { Guardrail } from "../guardrail";
import { escalation } from "./escalation";
import { everything } from "./everything";
import { identityPolicy } from "./identity-policy";
import { keyInState } from "./key-in-state";
import { permissionsBoundary } from "./permissions-boundary";
import { stsTtl } from "./sts-ttl";
import { userTtl } from "./user-ttl";
import { wholeUser } from "./whole-user";

/** Guardrails on credentials of AWS. */
export const awsRules: readonly Guardrail[] = [
  keyInState,
  everything,
  stsTtl,
  permissionsBoundary,
  userTtl,
  identityPolicy,
  escalation,
  wholeUser,
];
