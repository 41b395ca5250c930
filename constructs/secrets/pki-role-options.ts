import type { PkiSecretBackendRoleConfig } from "@cdktf/provider-vault/lib/pki-secret-backend-role";
import { requireChoice } from "../core/choices";
import type { Duration } from "../core/duration";
import { LeaseholdError } from "../core/errors";
import { keyAttributes, type PkiKeyType } from "./pki-keys";
import { requireDomains, requireSubjectText, requireUriPatterns } from "./pki-names";

const keyUsages = [
  "DigitalSignature",
  "ContentCommitment",
  "KeyEncipherment",
  "DataEncipherment",
  "KeyAgreement",
] as const;

export type PkiKeyUsage = (typeof keyUsages)[number];

const extKeyUsages = [
  "ServerAuth",
  "ClientAuth",
  "CodeSigning",
  "EmailProtection",
  "IPSECEndSystem",
  "IPSECTunnel",
  "IPSECUser",
  "TimeStamping",
  "OCSPSigning",
] as const;

export type PkiExtKeyUsage = (typeof extKeyUsages)[number];

/** Of what names and for what a role's certificates are. */
export interface PkiRoleOptions {
  /** How long a certificate lives whose request names no time. */
  readonly ttl: Duration;
  /** How long a certificate lives at most: no longer than its issuer, and than the mount's maxLeaseTtl. */
  readonly maxTtl: Duration;
  /** Name of the mount's issuer that signs. @default whichever is the default, so that a rotation moves the role */
  readonly issuer?: string;
  /** Domains that certificates are of, as allowSubdomains, allowBareDomains and allowGlobDomains say. @default none */
  readonly allowedDomains?: readonly string[];
  /** Names below the domains. @default false */
  readonly allowSubdomains?: boolean;
  /** The domains themselves. @default false */
  readonly allowBareDomains?: boolean;
  /** Domains with a `*` anywhere, which stands for any letters. @default false */
  readonly allowGlobDomains?: boolean;
  /** `*.company.com` as the name of a certificate. @default false */
  readonly allowWildcardCertificates?: boolean;
  /** `localhost`. @default false */
  readonly allowLocalhost?: boolean;
  /** Have Vault fill in `{{identity...}}` in domains, by who asks. @default false */
  readonly allowedDomainsTemplate?: boolean;
  /** IP addresses, any of them. @default false */
  readonly allowIpSans?: boolean;
  /** URIs, with `*` for any letters, such as `spiffe://company.com/ns/web/*`. @default none */
  readonly allowedUriSans?: readonly string[];
  /** Keys that certificates are of; `any` leaves it to the signing requests. @default "ec" */
  readonly keyType?: PkiKeyType | "any";
  /** @default 256 of `ec`, 2048 of `rsa` */
  readonly keyBits?: number;
  /** @default DigitalSignature, KeyAgreement and KeyEncipherment */
  readonly keyUsage?: readonly PkiKeyUsage[];
  /** What certificates are for, besides serverFlag and clientFlag. @default nothing else */
  readonly extKeyUsage?: readonly PkiExtKeyUsage[];
  /** Servers show it. @default true */
  readonly serverFlag?: boolean;
  /** Clients show it. @default false */
  readonly clientFlag?: boolean;
  /** Whether a certificate must have a common name, which is one of its names too. @default true */
  readonly requireCn?: boolean;
  /** In the subject of each certificate. @default none */
  readonly organization?: string;
  /** In the subject of each certificate. @default none */
  readonly ou?: string;
}

type RoleAttributes = Omit<PkiSecretBackendRoleConfig, "backend" | "name" | "ttl" | "maxTtl">;

/**
 * The options as the provider takes them, but for the TTLs.
 *
 * @throws LeaseholdError that names the option that can't be used, or when no name at all is allowed.
 */
export function roleAttributes(where: string, options: PkiRoleOptions): RoleAttributes {
  const flag = (field: BooleanOption, standard = false) =>
    requireChoice(where, field, options[field] ?? standard, [true, false]);
  const { allowedDomains = [], allowedUriSans = [], keyType = "ec", keyUsage, extKeyUsage } = options;
  const named = { globs: flag("allowGlobDomains"), templates: flag("allowedDomainsTemplate") };
  requireSomeName(where, options);
  return {
    issuerRef: options.issuer ?? "default",
    ...(allowedDomains.length > 0
      ? { allowedDomains: requireDomains(where, "allowedDomains", allowedDomains, named) }
      : {}),
    allowSubdomains: flag("allowSubdomains"),
    allowBareDomains: flag("allowBareDomains"),
    allowGlobDomains: named.globs,
    allowWildcardCertificates: flag("allowWildcardCertificates"),
    allowLocalhost: flag("allowLocalhost"),
    allowedDomainsTemplate: named.templates,
    allowIpSans: flag("allowIpSans"),
    ...(allowedUriSans.length > 0
      ? { allowedUriSans: requireUriPatterns(where, "allowedUriSans", allowedUriSans) }
      : {}),
    allowAnyName: false,
    enforceHostnames: true,
    ...(keyType === "any"
      ? anyKey(where, options.keyBits)
      : keyAttributes(
          where,
          { keyType, ...(options.keyBits === undefined ? {} : { keyBits: options.keyBits }) },
          leafBits,
        )),
    ...(keyUsage === undefined ? {} : { keyUsage: sorted(where, "keyUsage", keyUsage, keyUsages) }),
    ...(extKeyUsage === undefined ? {} : { extKeyUsage: sorted(where, "extKeyUsage", extKeyUsage, extKeyUsages) }),
    serverFlag: flag("serverFlag", true),
    clientFlag: flag("clientFlag"),
    requireCn: flag("requireCn", true),
    ...(options.organization === undefined
      ? {}
      : { organization: [requireSubjectText(where, "organization", options.organization)] }),
    ...(options.ou === undefined ? {} : { ou: [requireSubjectText(where, "ou", options.ou)] }),
  };
}

const leafBits = { ec: 256, rsa: 2048 };

type BooleanOption = {
  [Key in keyof PkiRoleOptions]-?: boolean extends PkiRoleOptions[Key] ? Key : never;
}[keyof PkiRoleOptions];

function anyKey(where: string, keyBits: number | undefined) {
  if (keyBits === undefined) return { keyType: "any", keyBits: 0 };
  throw new LeaseholdError(
    where,
    `keyBits ${keyBits} is given, and keyType any has none`,
    "leave it out, or name a keyType",
  );
}

function sorted<T extends string>(where: string, field: string, given: readonly T[], known: readonly T[]): T[] {
  return given.map((each) => requireChoice(where, field, each, known));
}

function requireSomeName(where: string, options: PkiRoleOptions): void {
  const { allowedDomains = [], allowedUriSans = [], allowIpSans, allowLocalhost } = options;
  const { allowSubdomains, allowBareDomains, allowGlobDomains } = options;
  const ways = allowSubdomains === true || allowBareDomains === true || allowGlobDomains === true;
  if (allowedDomains.length > 0 && !ways) {
    throw new LeaseholdError(
      where,
      "allowedDomains are given, and no name of them is allowed",
      "set allowSubdomains, allowBareDomains or allowGlobDomains",
    );
  }
  if (allowedDomains.length + allowedUriSans.length > 0 || allowIpSans === true || allowLocalhost === true) return;
  throw new LeaseholdError(where, "no name is allowed", "give allowedDomains, allowedUriSans or allowIpSans");
}
