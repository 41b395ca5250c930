import { JwtAuthBackendRole, type JwtAuthBackendRoleConfig } from "@cdktf/provider-vault/lib/jwt-auth-backend-role";
import type { TerraformStack } from "cdktf";
import { JwtAuth } from "../../../../constructs/auth/jwt-auth";
import type { JwtRoleOptions } from "../../../../constructs/auth/jwt-role";
import { OidcAuth } from "../../../../constructs/auth/oidc-auth";
import type { OidcRoleOptions } from "../../../../constructs/auth/oidc-role";
import { SecretInput } from "../../../../constructs/core/secret-input";
import { jwtAudience } from "../../../../constructs/guardrails/auth/jwt-audience";
import { jwtClaims } from "../../../../constructs/guardrails/auth/jwt-claims";
import { findingsOf } from "../../../helpers/guardrails";

function raw(config: Partial<JwtAuthBackendRoleConfig>) {
  return (stack: TerraformStack) =>
    new JwtAuthBackendRole(stack, "Ci", { backend: "jwt", roleName: "ci", userClaim: "sub", ...config });
}

function jwt(options: Omit<JwtRoleOptions, "boundAudiences"> = { boundSubject: "ci" }) {
  return (stack: TerraformStack) => {
    const auth = new JwtAuth(stack, "Jwt", { keys: { discoveryUrl: "https://auth.company.com" } });
    auth.addRole("ci", { boundAudiences: ["vault"], ...options });
  };
}

function oidc(options: Partial<OidcRoleOptions>) {
  return (stack: TerraformStack) => {
    const auth = new OidcAuth(stack, "Oidc", {
      discoveryUrl: "https://auth.company.com",
      clientId: "vault",
      clientSecret: SecretInput.variable("oidc_client_secret"),
    });
    auth.addRole("people", {
      allowedRedirectUris: ["https://vault.company.com/ui/vault/auth/oidc/oidc/callback"],
      ...options,
    });
  };
}

describe("LH-AUTH-007", () => {
  it("wants an audience for signed tokens", () => {
    expect(findingsOf(jwtAudience, raw({ roleType: "jwt", boundSubject: "ci" }))).toEqual([
      "Ci: bound_audiences is empty",
    ]);
  });

  it("has nothing against one with it, or against OIDC, where the client is the audience", () => {
    expect(findingsOf(jwtAudience, raw({ roleType: "jwt", boundAudiences: ["vault"] }))).toEqual([]);
    expect(findingsOf(jwtAudience, raw({ roleType: "oidc" }))).toEqual([]);
    expect(findingsOf(jwtAudience, jwt())).toEqual([]);
  });
});

describe("LH-AUTH-008", () => {
  it.each(["jwt", "oidc", undefined])("wants something bound, with role type %s", (roleType) => {
    const given = roleType === undefined ? {} : { roleType };
    expect(findingsOf(jwtClaims, raw({ ...given, boundAudiences: ["vault"], boundClaims: {} }))).toEqual([
      "Ci: neither bound_claims nor bound_subject is set",
    ]);
  });

  it("has nothing against a bound claim or subject", () => {
    expect(findingsOf(jwtClaims, raw({ boundClaims: { department: "it" } }))).toEqual([]);
    expect(findingsOf(jwtClaims, raw({ boundSubject: "ci" }))).toEqual([]);
    expect(findingsOf(jwtClaims, jwt())).toEqual([]);
    expect(findingsOf(jwtClaims, oidc({ boundClaims: { department: "it" } }))).toEqual([]);
  });

  it("takes the construct's reason for none", () => {
    const anyHolder = "The issuer has this team's accounts alone";
    expect(findingsOf(jwtClaims, jwt({ anyHolder }))).toEqual([
      `Jwt/ci: neither bound_claims nor bound_subject is set [${anyHolder}]`,
    ]);
    expect(findingsOf(jwtClaims, oidc({ anyHolder }))).toEqual([
      `Oidc/people: neither bound_claims nor bound_subject is set [${anyHolder}]`,
    ]);
  });
});
