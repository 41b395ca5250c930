import { createPublicKey } from "node:crypto";
import { requireCertificates } from "../core/certificates";
import { LeaseholdError, show } from "../core/errors";
import { requireDiscoveryUrl, requireIssuerUrl } from "./jwt-urls";

/**
 * Where the keys are that tokens are signed with: at an issuer that tells by OpenID Connect discovery, at a URL, or here.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/jwt#jwt-verification
 */
export type JwtKeys = DiscoveredKeys | FetchedKeys | GivenKeys;

/** An issuer with a discovery document; Vault fetches it when the method is written, and must reach it then. */
export interface DiscoveredKeys {
  /** URL of the issuer, without `/.well-known/openid-configuration`. */
  readonly discoveryUrl: string;
  /** PEM certificates of who signed the issuer's. @default those that the Vault server trusts */
  readonly caPem?: string;
  readonly jwksUrl?: never;
  readonly publicKeys?: never;
}

/** A JSON Web Key Set; Vault fetches it when the method is written, and must reach it then. */
export interface FetchedKeys {
  readonly jwksUrl: string;
  /** PEM certificates of who signed the server's. @default those that the Vault server trusts */
  readonly caPem?: string;
  readonly discoveryUrl?: never;
  readonly publicKeys?: never;
}

/** The keys themselves: Vault asks nobody, and a new key needs a new deployment. */
export interface GivenKeys {
  /** Public keys in PEM. */
  readonly publicKeys: readonly string[];
  readonly discoveryUrl?: never;
  readonly jwksUrl?: never;
  readonly caPem?: never;
}

/** GitHub's issuer for the workflows of github.com. */
export const gitHubActionsKeys: JwtKeys = { discoveryUrl: "https://token.actions.githubusercontent.com" };

/** The keys as the provider takes them. */
export interface KeyAttributes {
  readonly oidcDiscoveryUrl?: string;
  readonly oidcDiscoveryCaPem?: string;
  readonly jwksUrl?: string;
  readonly jwksCaPem?: string;
  readonly jwtValidationPubkeys?: string[];
}

/**
 * @throws LeaseholdError when there is not exactly one source of keys, or it can't be one.
 */
export function keyAttributes(where: string, keys: JwtKeys): KeyAttributes {
  const given = (["discoveryUrl", "jwksUrl", "publicKeys"] as const).filter((each) => keys[each] !== undefined);
  if (given.length !== 1) {
    throw new LeaseholdError(
      where,
      `keys has ${given.length === 0 ? "no source" : given.join(" and ")}`,
      "give one of discoveryUrl, jwksUrl and publicKeys",
    );
  }
  if (keys.publicKeys !== undefined) return { jwtValidationPubkeys: requirePublicKeys(where, keys) };
  const caPem = keys.caPem === undefined ? undefined : requireCertificates(where, "keys.caPem", keys.caPem);
  if (keys.discoveryUrl !== undefined) {
    return {
      oidcDiscoveryUrl: requireDiscoveryUrl(where, "keys.discoveryUrl", keys.discoveryUrl),
      ...(caPem === undefined ? {} : { oidcDiscoveryCaPem: caPem }),
    };
  }
  return {
    jwksUrl: requireIssuerUrl(where, "keys.jwksUrl", keys.jwksUrl),
    ...(caPem === undefined ? {} : { jwksCaPem: caPem }),
  };
}

function requirePublicKeys(where: string, { publicKeys, caPem }: GivenKeys): string[] {
  if ((caPem as unknown) !== undefined) {
    throw new LeaseholdError(where, "keys.caPem is given, and publicKeys asks no server", "leave keys.caPem out");
  }
  if (publicKeys.length === 0) throw new LeaseholdError(where, "keys.publicKeys is empty", "give at least one");
  return publicKeys.map((pem, at) => {
    // Vault trims them, and the plan would see a difference for ever.
    if (isPublicKey(pem)) return pem.trim();
    throw new LeaseholdError(
      where,
      `keys.publicKeys ${show(at)} is not a public key in PEM`,
      "give the text from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----, and never a private key",
    );
  });
}

function isPublicKey(pem: string): boolean {
  if (!/^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/.test(pem)) return false;
  try {
    createPublicKey(pem);
    return true;
  } catch {
    return false;
  }
}
