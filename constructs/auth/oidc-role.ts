import { JwtAuthBackendRole } from "@cdktf/provider-vault/lib/jwt-auth-backend-role";
import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import { type Duration, parseDuration } from "../core/duration";
import { requireTexts } from "../core/texts";
import { tokenAttributes, type TokenOptions } from "../core/token-options";
import type { SubjectOptions } from "../policy/subject-policies";
import { claimAttributes, type ClaimOptions } from "./jwt-claims";
import { requireRedirectUris } from "./jwt-urls";
import { jwtClaims } from "../guardrails/auth/jwt-claims";
import { acknowledge } from "../provider/acknowledge";
import { LoginRole, type LoginRoleProps } from "./login-role";

export interface OidcRoleOptions extends ClaimOptions, TokenOptions, SubjectOptions {
  /**
   * Where a login may end: `https://VAULT/ui/vault/auth/PATH/oidc/callback` for the web page, `http://localhost:8250/oidc/callback`
   * for `vault login -method=oidc`.
   */
  readonly allowedRedirectUris: readonly string[];
  /** What is asked for besides `openid`. @default nothing */
  readonly oidcScopes?: readonly string[];
  /** What `aud` must hold one of, besides the client's id, which it always must. @default nothing */
  readonly boundAudiences?: readonly string[];
  /** How long ago the person may have logged in at the issuer; else the issuer asks again. @default the issuer's */
  readonly maxAge?: Duration;
}

export interface OidcRoleProps extends OidcRoleOptions, LoginRoleProps {}

/**
 * A login of people at an issuer. What is logged of tokens at debug level stays off.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/jwt#create-update-role
 */
export class OidcRole extends LoginRole {
  /**
   * @throws LeaseholdError when the name is taken, a login may end nowhere or in the open, nothing is bound and no reason given, or
   * an option can't be used.
   */
  constructor(scope: Construct, id: string, props: OidcRoleProps) {
    super(scope, id, props);
    const where = this.node.path;
    const { oidcScopes, boundAudiences, maxAge, anyHolder } = props;
    this.node.defaultChild = new JwtAuthBackendRole(this, "Resource", {
      backend: this.auth.pathReference,
      roleName: this.name,
      roleType: "oidc",
      allowedRedirectUris: requireRedirectUris(where, "allowedRedirectUris", props.allowedRedirectUris),
      ...(oidcScopes === undefined ? {} : { oidcScopes: requireTexts(where, "oidcScopes", oidcScopes) }),
      ...(boundAudiences === undefined
        ? {}
        : { boundAudiences: requireTexts(where, "boundAudiences", boundAudiences) }),
      ...(maxAge === undefined ? {} : { maxAge: parseDuration(where, "maxAge", maxAge) }),
      ...claimAttributes(where, props),
      ...tokenAttributes(where, props),
      tokenPolicies: this.policies.names,
    });
    if (anyHolder === undefined) return;
    acknowledge(this, jwtClaims.id, anyHolder);
    Annotations.of(this).addWarning(`whoever the issuer lets in may log in: ${anyHolder}`);
  }
}
