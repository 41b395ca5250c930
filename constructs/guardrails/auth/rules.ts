import type { Guardrail } from "../guardrail";
import { appRoleBinding } from "./approle-binding";
import { jwtAudience } from "./jwt-audience";
import { jwtClaims } from "./jwt-claims";
import { kubernetesAudience } from "./kubernetes-audience";
import { kubernetesEverybody } from "./kubernetes-everybody";
import { kubernetesReviewer } from "./kubernetes-reviewer";
import { ldapNullBind } from "./ldap-null-bind";
import { ldapTls } from "./ldap-tls";
import { secretIdLimits } from "./secret-id-limits";
import { secretsInState } from "./secrets-in-state";

/** Guardrails on logins. */
export const authRules: readonly Guardrail[] = [
  appRoleBinding,
  secretIdLimits,
  secretsInState,
  kubernetesEverybody,
  kubernetesAudience,
  kubernetesReviewer,
  jwtAudience,
  jwtClaims,
  ldapTls,
  ldapNullBind,
];
