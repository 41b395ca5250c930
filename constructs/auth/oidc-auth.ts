import { JwtAuthBackend } from "@cdktf/provider-vault/lib/jwt-auth-backend";
import type { Construct } from "constructs";
import { requireCertificates } from "../core/certificates";
import { requireChoice } from "../core/choices";
import { LeaseholdError, show } from "../core/errors";
import type { SecretInput } from "../core/secret-input";
import { requireText } from "../core/texts";
import { giveSecret } from "../provider/secret-argument";
import { AuthMethod, type AuthMethodOptions } from "./auth-method";
import { algorithmAttributes, defaultRoleAttributes, type JwtAlgorithm } from "./jwt-options";
import { requireDiscoveryUrl } from "./jwt-urls";
import { OidcRole, type OidcRoleOptions } from "./oidc-role";

const responseModes = ["query", "form_post"] as const;

export interface OidcAuthOptions extends AuthMethodOptions {
  /** URL of the issuer, without `/.well-known/openid-configuration`; Vault must reach it when the method is written. */
  readonly discoveryUrl: string;
  /** PEM certificates of who signed the issuer's. @default those that the Vault server trusts */
  readonly caPem?: string;
  /** What the issuer calls Vault. */
  readonly clientId: string;
  /** What Vault proves to the issuer that it is that client with. */
  readonly clientSecret: SecretInput;
  /** Raise it when the secret was changed, to have it sent where the provider keeps it out of the state. @default 1 */
  readonly clientSecretVersion?: number;
  /** How the issuer hands over its answer. @default "query" */
  readonly responseMode?: (typeof responseModes)[number];
  /** How tokens may be signed. @default RS256 */
  readonly supportedAlgorithms?: readonly JwtAlgorithm[];
  /** The role of a login that names none; one of this method. @default none */
  readonly defaultRole?: string;
  /**
   * What Vault does specially for one issuer's product, such as `{ provider: "azure" }`.
   * @see https://developer.hashicorp.com/vault/docs/auth/jwt/oidc-providers
   * @default nothing
   */
  readonly providerConfig?: Readonly<Record<string, string>>;
}

/**
 * The OIDC auth method: people log in at an issuer, in their browser.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/jwt#oidc-authentication
 */
export class OidcAuth extends AuthMethod {
  readonly pathReference: string;
  readonly accessor: string;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, or an option can't be used. A defaultRole that is not declared
   * fails the synthesis.
   */
  constructor(scope: Construct, id: string, options: OidcAuthOptions) {
    super(scope, id, options, { path: "oidc", description: "Logins of people at an issuer" });
    const where = this.node.path;
    const { caPem, responseMode, supportedAlgorithms, defaultRole, providerConfig } = options;
    const resource = new JwtAuthBackend(this, "Resource", {
      type: "oidc",
      ...this.attributes,
      oidcDiscoveryUrl: requireDiscoveryUrl(where, "discoveryUrl", options.discoveryUrl),
      ...(caPem === undefined ? {} : { oidcDiscoveryCaPem: requireCertificates(where, "caPem", caPem) }),
      oidcClientId: requireText(where, "clientId", options.clientId),
      ...(responseMode === undefined
        ? {}
        : { oidcResponseMode: requireChoice(where, "responseMode", responseMode, responseModes) }),
      ...algorithmAttributes(where, supportedAlgorithms),
      ...defaultRoleAttributes(this, defaultRole),
      ...(providerConfig === undefined ? {} : { providerConfig: requireProviderConfig(where, providerConfig) }),
    });
    this.node.defaultChild = resource;
    this.pathReference = resource.path;
    this.accessor = resource.accessor;
    giveSecret(resource, {
      field: "clientSecret",
      input: options.clientSecret,
      version: options.clientSecretVersion,
      argument: "oidc_client_secret",
      feature: "oidcClientSecretWriteOnly",
    });
  }

  /** Declares a login of people. */
  addRole(name: string, options: OidcRoleOptions): OidcRole {
    return new OidcRole(this, name, { ...options, name, auth: this });
  }
}

function requireProviderConfig(where: string, config: Readonly<Record<string, string>>): Record<string, string> {
  if (config["provider"] === undefined) {
    throw new LeaseholdError(
      where,
      `providerConfig ${show(Object.keys(config))} names no provider`,
      'name it, as in { provider: "azure" }',
    );
  }
  for (const [key, value] of Object.entries(config)) requireText(where, `providerConfig.${key}`, value);
  return { ...config };
}
