import { OidcAuth, type OidcAuthOptions } from "../../../constructs/auth/oidc-auth";
import type { OidcRoleOptions } from "../../../constructs/auth/oidc-role";
import { SecretInput } from "../../../constructs/core/secret-input";
import { onlyResource, stackWithVault, synth, validate, warnings } from "../../helpers/synth";

const options: OidcAuthOptions = {
  discoveryUrl: "https://login.company.com",
  clientId: "vault",
  clientSecret: SecretInput.variable("oidc_client_secret"),
};
const roleOptions: OidcRoleOptions = {
  allowedRedirectUris: ["http://localhost:8250/oidc/callback"],
  boundClaims: { department: "platform" },
};

function declare(changes: Partial<OidcAuthOptions> = {}, role?: Partial<OidcRoleOptions>, provider?: string) {
  const stack = stackWithVault({ provider });
  const auth = new OidcAuth(stack, "People", { ...options, ...changes });
  const login = role && auth.addRole("Person", { ...roleOptions, ...role });
  const fields = (type: string) => onlyResource(synth(stack), type);
  return {
    stack,
    auth,
    login,
    method: () => fields("vault_jwt_auth_backend"),
    role: () => fields("vault_jwt_auth_backend_role"),
  };
}

describe("OidcAuth", () => {
  it("mounts the method at oidc, with the secret from a variable, and says where it lies", () => {
    const { auth, stack, method } = declare();
    expect(method()).toEqual({
      type: "oidc",
      path: "oidc",
      description: "Logins of people at an issuer",
      oidc_discovery_url: "https://login.company.com",
      oidc_client_id: "vault",
      oidc_client_secret: "${var.oidc_client_secret}",
    });
    expect(synth(stack).variable["oidc_client_secret"]).toMatchObject({ sensitive: true });
    expect(synth(stack).variable["oidc_client_secret"]).not.toHaveProperty("ephemeral");
    expect(warnings(auth.node.findChild("Resource"))).toEqual([
      expect.stringContaining("may lack oidc_client_secret_wo (first in 5.7)"),
    ]);
  });

  it("keeps the secret out of the state where the provider can", () => {
    const { auth, method } = declare({ clientSecretVersion: 2 }, undefined, ">= 5.7");
    expect(method()).toMatchObject({
      oidc_client_secret_wo: "${var.oidc_client_secret}",
      oidc_client_secret_wo_version: 2,
    });
    expect(method()).not.toHaveProperty("oidc_client_secret");
    expect(warnings(auth.node.findChild("Resource"))).toEqual([]);
  });

  it("takes each option", () => {
    const caPem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    const changes = {
      caPem,
      responseMode: "form_post",
      supportedAlgorithms: ["ES256"],
      providerConfig: { provider: "azure" },
    } as const;
    expect(declare(changes).method()).toMatchObject({
      oidc_discovery_ca_pem: caPem,
      oidc_response_mode: "form_post",
      jwt_supported_algs: ["ES256"],
      provider_config: { provider: "azure" },
    });
  });

  it.each<[object, string]>([
    [{ discoveryUrl: "http://login.company.com" }, `discoveryUrl "http://login.company.com" is not an https URL`],
    [{ clientId: "" }, `clientId "" can't be compared with`],
    [{ clientSecret: "canary" }, "clientSecret is a secret and was given as a string"],
    [{ clientSecretVersion: 0 }, "clientSecretVersion 0 is out of range"],
    [{ caPem: "MIIB" }, "caPem is not a PEM certificate"],
    [{ responseMode: "fragment" }, `responseMode "fragment" is unknown: use query or form_post`],
    [{ supportedAlgorithms: ["none"] }, `supportedAlgorithms "none" is unknown`],
    [{ providerConfig: { fetch_groups: "true" } }, `providerConfig ["fetch_groups"] names no provider`],
    [{ providerConfig: { provider: "" } }, `providerConfig.provider "" can't be compared with`],
    [{ defaultRole: "" }, `defaultRole "" can't be used`],
  ])("refuses %j", (changes, problem) => {
    expect(() => declare(changes)).toThrow(`[dev/People] ${problem}`);
  });

  it("has a default role that is declared", () => {
    expect(() => validate(declare({ defaultRole: "person" }).stack)).toThrow(
      "defaultRole person is no role of auth/oidc",
    );
    expect(() => validate(declare({ defaultRole: "person" }, {}).stack)).not.toThrow();
  });
});

describe("OidcRole", () => {
  it("declares a login of people that ends where it may", () => {
    expect(declare({}, {}).role()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_jwt_auth_backend\.People_\w+\.path\}$/) as unknown,
      role_name: "person",
      role_type: "oidc",
      allowed_redirect_uris: ["http://localhost:8250/oidc/callback"],
      bound_claims: { department: "platform" },
      bound_claims_type: "string",
      user_claim: "sub",
      token_ttl: 1200,
      token_max_ttl: 86_400,
      token_policies: [],
    });
  });

  it("takes each option", () => {
    expect(
      declare({}, { oidcScopes: ["profile"], boundAudiences: ["vault"], maxAge: "1h", groupsClaim: "groups" }).role(),
    ).toMatchObject({ oidc_scopes: ["profile"], bound_audiences: ["vault"], max_age: 3600, groups_claim: "groups" });
  });

  it("warns where anybody of the issuer may log in, with the reason", () => {
    const everybody = { boundClaims: {}, anyHolder: "groups decide what they may" };
    expect(warnings(declare({}, everybody).login ?? fail())).toEqual([
      "whoever the issuer lets in may log in: groups decide what they may",
    ]);
    expect(() => declare({}, { boundClaims: {} })).toThrow(
      "[dev/People/Person] boundSubject and boundClaims are missing",
    );
  });

  it.each<[Partial<OidcRoleOptions>, string]>([
    [{ allowedRedirectUris: [] }, "allowedRedirectUris is empty"],
    [
      { allowedRedirectUris: ["http://vault.company.com/cb"] },
      `allowedRedirectUris "http://vault.company.com/cb" is not an https`,
    ],
    [
      { allowedRedirectUris: ["https://*.company.com/cb"] },
      `allowedRedirectUris "https://*.company.com/cb" is not an https`,
    ],
    [{ oidcScopes: [] }, "oidcScopes is empty"],
    [{ boundAudiences: [""] }, `boundAudiences "" can't be compared with`],
    [{ maxAge: "0s" }, `maxAge "0s" is not a duration`],
  ])("refuses %j", (role, problem) => {
    expect(() => declare({}, role)).toThrow(`[dev/People/Person] ${problem}`);
  });
});

function fail(): never {
  throw new Error("no role was declared");
}
