import { JwtAuthBackendRole } from "@cdktf/provider-vault/lib/jwt-auth-backend-role";
import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import { type Duration, parseDuration } from "../core/duration";
import { requireTexts } from "../core/texts";
import { tokenAttributes, type TokenOptions } from "../core/token-options";
import type { SubjectOptions } from "../policy/subject-policies";
import { claimAttributes, type ClaimOptions } from "./jwt-claims";
import { jwtClaims } from "../guardrails/auth/jwt-claims";
import { acknowledge } from "../provider/acknowledge";
import { LoginRole, type LoginRoleProps } from "./login-role";

/** How much a clock may be wrong; `none` for not at all. */
export type Leeway = Duration | "none";

export interface JwtRoleOptions extends ClaimOptions, TokenOptions, SubjectOptions {
  /** What `aud` must hold one of: it keeps out tokens that were made for somebody else. */
  readonly boundAudiences: readonly string[];
  /** How long after `exp` a token is good. @default "150s", also for a token without `exp`, from when it was made */
  readonly expirationLeeway?: Leeway;
  /** How long before `nbf` a token is good. @default "150s" */
  readonly notBeforeLeeway?: Leeway;
  /** Is added to both. @default "60s" */
  readonly clockSkewLeeway?: Leeway;
}

export interface JwtRoleProps extends JwtRoleOptions, LoginRoleProps {}

/**
 * A login by a signed token. What is logged of tokens at debug level stays off.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/jwt#create-update-role
 */
export class JwtRole extends LoginRole {
  /**
   * @throws LeaseholdError when the name is taken, there is no audience, nothing else is bound and no reason given, or an option
   * can't be used.
   */
  constructor(scope: Construct, id: string, props: JwtRoleProps) {
    super(scope, id, props);
    const where = this.node.path;
    const boundAudiences = requireTexts(where, "boundAudiences", props.boundAudiences);
    this.node.defaultChild = new JwtAuthBackendRole(this, "Resource", {
      backend: this.auth.pathReference,
      roleName: this.name,
      roleType: "jwt",
      boundAudiences,
      ...claimAttributes(where, props),
      ...leewayAttributes(where, props),
      ...tokenAttributes(where, props),
      tokenPolicies: this.policies.names,
    });
    if (props.anyHolder === undefined) return;
    acknowledge(this, jwtClaims.id, props.anyHolder);
    Annotations.of(this).addWarning(
      `whoever has a token for ${boundAudiences.join(" or ")} may log in: ${props.anyHolder}`,
    );
  }
}

function leewayAttributes(where: string, options: JwtRoleOptions) {
  const fields = ["expirationLeeway", "notBeforeLeeway", "clockSkewLeeway"] as const;
  const given = fields.flatMap((field) => {
    const leeway = options[field];
    // 0 would be Vault's default.
    return leeway === undefined ? [] : [[field, leeway === "none" ? -1 : parseDuration(where, field, leeway)]];
  });
  return Object.fromEntries(given) as Partial<Record<(typeof fields)[number], number>>;
}
