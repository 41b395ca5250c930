import { generateKeyPairSync } from "node:crypto";
import { JwtAuth, type JwtAuthOptions } from "../../../constructs/auth/jwt-auth";
import { gitHubActionsKeys } from "../../../constructs/auth/jwt-keys";
import { onlyResource, stackWithVault, synth, validate } from "../../helpers/synth";

const pair = generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const caPem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const discovered = { discoveryUrl: "https://issuer.company.com" };

function declare(options: Partial<JwtAuthOptions> = {}) {
  const stack = stackWithVault();
  const auth = new JwtAuth(stack, "Logins", { keys: discovered, ...options });
  return { stack, auth, fields: () => onlyResource(synth(stack), "vault_jwt_auth_backend") };
}

describe("JwtAuth", () => {
  it("mounts the method at jwt, and believes the issuer that it discovers keys of alone", () => {
    expect(declare().fields()).toEqual({
      type: "jwt",
      path: "jwt",
      description: "Logins by signed tokens",
      oidc_discovery_url: "https://issuer.company.com",
      bound_issuer: "https://issuer.company.com",
    });
  });

  it("takes each option", () => {
    const { fields } = declare({
      path: "ci",
      keys: { ...discovered, caPem },
      boundIssuer: "someone",
      supportedAlgorithms: ["ES256", "EdDSA"],
      defaultRole: "App",
    });
    expect(fields()).toMatchObject({
      path: "ci",
      oidc_discovery_ca_pem: caPem,
      bound_issuer: "someone",
      jwt_supported_algs: ["ES256", "EdDSA"],
      default_role: "app",
    });
  });

  it("takes keys from a URL, or as they are, trimmed as Vault keeps them", () => {
    expect(declare({ keys: { jwksUrl: "https://company.com/jwks.json", caPem } }).fields()).toMatchObject({
      jwks_url: "https://company.com/jwks.json",
      jwks_ca_pem: caPem,
    });
    const fields = declare({ keys: { publicKeys: [pair.publicKey] } }).fields();
    expect(fields).toMatchObject({ jwt_validation_pubkeys: [pair.publicKey.trim()] });
    expect(fields).not.toHaveProperty("bound_issuer");
    expect(declare({ keys: gitHubActionsKeys }).fields()).toMatchObject({
      oidc_discovery_url: "https://token.actions.githubusercontent.com",
    });
  });

  it.each<[JwtAuthOptions["keys"], string]>([
    [{} as never, "keys has no source: give one of discoveryUrl, jwksUrl and publicKeys"],
    [{ ...discovered, jwksUrl: "https://a.com" } as never, "keys has discoveryUrl and jwksUrl"],
    [
      { discoveryUrl: "http://issuer.company.com" },
      'keys.discoveryUrl "http://issuer.company.com" is not an https URL',
    ],
    [
      { discoveryUrl: "https://a.com/.well-known/openid-configuration" },
      'keys.discoveryUrl "https://a.com/.well-known/openid-configuration" is that of a document',
    ],
    [{ jwksUrl: "ftp://a.com" }, 'keys.jwksUrl "ftp://a.com" is not an https URL'],
    [{ ...discovered, caPem: "MIIB" }, "keys.caPem is not a PEM certificate"],
    [{ publicKeys: [] }, "keys.publicKeys is empty"],
    [
      { publicKeys: ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"] },
      "keys.publicKeys 0 is not a public key",
    ],
    [{ publicKeys: [pair.publicKey], caPem } as never, "keys.caPem is given, and publicKeys asks no server"],
  ])("refuses the keys %j", (keys, problem) => {
    expect(() => declare({ keys })).toThrow(`[dev/Logins] ${problem}`);
  });

  it("refuses a private key without repeating it", () => {
    const attempt = () => declare({ keys: { publicKeys: [pair.publicKey, pair.privateKey] } });
    expect(attempt).toThrow("[dev/Logins] keys.publicKeys 1 is not a public key in PEM");
    expect(attempt).not.toThrow(/PRIVATE/);
  });

  it.each(["http://localhost:8080", "http://127.0.0.1:8080/issuer", "http://[::1]"])(
    "takes %s, which is here",
    (url) => {
      expect(declare({ keys: { discoveryUrl: url } }).fields()).toMatchObject({ oidc_discovery_url: url });
    },
  );

  it.each<[string, Partial<JwtAuthOptions>, string]>([
    ["boundIssuer", { boundIssuer: "" }, `boundIssuer "" can't be compared with`],
    ["supportedAlgorithms", { supportedAlgorithms: ["HS256" as "RS256"] }, `supportedAlgorithms "HS256" is unknown`],
    ["supportedAlgorithms", { supportedAlgorithms: [] }, "supportedAlgorithms is empty"],
    ["defaultRole", { defaultRole: "two words" }, `defaultRole "two words" can't be used`],
  ])("refuses a %s that can't be used", (_field, options, problem) => {
    expect(() => declare(options)).toThrow(`[dev/Logins] ${problem}`);
  });

  it("has a default role that is declared", () => {
    const { auth, stack } = declare({ defaultRole: "App" });
    expect(() => validate(stack)).toThrow("defaultRole App is no role of auth/jwt: declare it with addRole");
    auth.addRole("APP", { boundAudiences: ["vault"], boundSubject: "app" });
    expect(() => validate(stack)).not.toThrow();
  });
});
