import { JwtAuth } from "../../../constructs/auth/jwt-auth";
import type { JwtRoleOptions } from "../../../constructs/auth/jwt-role";
import { namedResource, onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

const bound = { boundAudiences: ["https://vault.company.com"], boundSubject: "job" };

function declare(options: Partial<JwtRoleOptions> = {}) {
  const stack = stackWithVault();
  const auth = new JwtAuth(stack, "Logins", { keys: { discoveryUrl: "https://issuer.company.com" } });
  const role = auth.addRole("App", { ...bound, ...options });
  return { stack, role, fields: () => onlyResource(synth(stack), "vault_jwt_auth_backend_role") };
}

describe("JwtRole", () => {
  it("declares the login with short-lived tokens", () => {
    expect(declare().fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_jwt_auth_backend\.Logins_\w+\.path\}$/) as unknown,
      role_name: "app",
      role_type: "jwt",
      bound_audiences: ["https://vault.company.com"],
      bound_subject: "job",
      user_claim: "sub",
      token_ttl: 1200,
      token_max_ttl: 86_400,
      token_policies: [],
    });
  });

  it("takes each option", () => {
    expect(
      declare({
        boundClaims: { team: ["a", "b"], "/company/unit": "x*" },
        boundClaimsType: "glob",
        userClaim: "/company/mail",
        groupsClaim: "groups",
        claimMappings: { mail: "mail" },
        expirationLeeway: "10s",
        notBeforeLeeway: "none",
        clockSkewLeeway: "1m",
      }).fields(),
    ).toMatchObject({
      bound_claims: { team: "a,b", "/company/unit": "x*" },
      bound_claims_type: "glob",
      user_claim: "/company/mail",
      user_claim_json_pointer: true,
      groups_claim: "groups",
      claim_mappings: { mail: "mail" },
      expiration_leeway: 10,
      not_before_leeway: -1,
      clock_skew_leeway: 60,
    });
  });

  it("never has tokens logged", () => {
    expect(declare().fields()).not.toHaveProperty("verbose_oidc_logging");
  });

  it("keeps a comma together where no claim has several values", () => {
    expect(declare({ boundClaims: { unit: "Sales, Europe" } }).fields()).toMatchObject({
      bound_claims: { unit: "Sales, Europe" },
      disable_bound_claims_parsing: true,
    });
    expect(() => declare({ boundClaims: { unit: "Sales, Europe", team: ["a", "b"] } })).toThrow(
      "[dev/Logins/App] boundClaims.unit has a value with a comma, and boundClaims.team several values",
    );
  });

  it("warns where any holder may log in, with the reason", () => {
    const { role, fields } = declare({ boundSubject: undefined, anyHolder: "the issuer signs for us alone" });
    expect(fields()).not.toHaveProperty("bound_subject");
    expect(warnings(role)).toEqual([
      "whoever has a token for https://vault.company.com may log in: the issuer signs for us alone",
    ]);
    expect(warnings(declare().role)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["boundAudiences", { boundAudiences: [] }, "boundAudiences is empty: give at least one"],
    ["boundAudiences", { boundAudiences: ["a", ""] }, `boundAudiences "" can't be compared with`],
    ["boundSubject", { boundSubject: " job" }, `boundSubject " job" can't be compared with`],
    ["bindings", { boundSubject: undefined }, "boundSubject and boundClaims are missing"],
    ["bindings", { boundSubject: undefined, boundClaims: {} }, "boundSubject and boundClaims are missing"],
    ["anyHolder", { boundSubject: undefined, anyHolder: "yes" }, `anyHolder "yes" is no reason`],
    ["anyHolder", { anyHolder: "they are all ours" }, "anyHolder is given, and boundSubject or boundClaims too"],
    ["boundClaims", { boundClaims: { team: [] } }, "boundClaims.team is empty"],
    ["boundClaims", { boundClaims: { team: "${x}" } }, `boundClaims.team "\${x}" can't be compared with`],
    ["boundClaims", { boundClaims: { team: true } }, "boundClaims.team true can't be compared with"],
    ["boundClaims", { boundClaims: { team: "a*" } }, `boundClaims.team "a*" has a *, which stands for itself`],
    ["boundClaims", { boundClaims: { team: "*" }, boundClaimsType: "glob" }, `boundClaims.team "*" fits anything`],
    ["boundClaimsType", { boundClaimsType: "regex" }, `boundClaimsType "regex" is unknown: use string or glob`],
    ["userClaim", { userClaim: "" }, `userClaim "" can't be compared with`],
    ["groupsClaim", { groupsClaim: "" }, `groupsClaim "" can't be compared with`],
    ["claimMappings", { claimMappings: { mail: "role" } }, `claimMappings.mail "role" is taken`],
    ["claimMappings", { claimMappings: { a: "x", b: "x" } }, `claimMappings.b "x" is taken`],
    ["claimMappings", { claimMappings: { a: "x y" } }, `claimMappings.a "x y" can't name metadata`],
    ["expirationLeeway", { expirationLeeway: "0s" }, `expirationLeeway "0s" is not a duration`],
    ["notBeforeLeeway", { notBeforeLeeway: "1" }, `notBeforeLeeway "1" is not a duration`],
    ["clockSkewLeeway", { clockSkewLeeway: "off" }, `clockSkewLeeway "off" is not a duration`],
    ["tokenTtl", { tokenTtl: "25h" }, "tokenTtl 25h exceeds tokenMaxTtl 24h"],
  ])("refuses %s: %j", (_field, options, problem) => {
    expect(() => declare(options)).toThrow(`[dev/Logins/App] ${problem}`);
  });

  it("has what it is granted in a policy of its own", () => {
    const { stack, role, fields } = declare();
    role.grantPolicy.addRule({ path: "kv/data/app", capabilities: ["read"], reason: "For tests" });
    expect(namedResource(synth(stack), "vault_policy", "jwt-app")["policy"]).toContain('path "kv/data/app"');
    expect(fields()["token_policies"]).toEqual(["jwt-app"]);
  });
});
