import type { Guardrail } from "../guardrail";
import { adminAsStaticRole } from "./admin-as-static-role";
import { allowedRoles } from "./allowed-roles";
import { credentialsInUrl } from "./credentials-in-url";
import { encryption } from "./encryption";
import { mountTtl } from "./mount-ttl";
import { ownAdmin } from "./own-admin";
import { passwordInState } from "./password-in-state";
import { passwordVersion } from "./password-version";
import { roleTtls } from "./role-ttls";
import { sharedLogin } from "./shared-login";
import { staticRotatesAtOnce } from "./static-rotates-at-once";
import { staticRotation } from "./static-rotation";
import { staticUsername } from "./static-username";
import { staticWindow } from "./static-window";
import { tokenOutlived } from "./token-outlived";
import { tokenUses } from "./token-uses";

/** Guardrails on connections, their roles, and the tokens that hold their leases. */
export const databaseRules: readonly Guardrail[] = [
  passwordInState,
  passwordVersion,
  credentialsInUrl,
  encryption,
  sharedLogin,
  adminAsStaticRole,
  allowedRoles,
  ownAdmin,
  roleTtls,
  mountTtl,
  tokenOutlived,
  tokenUses,
  staticRotation,
  staticWindow,
  staticUsername,
  staticRotatesAtOnce,
];
