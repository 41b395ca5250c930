import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { type Duration, formatDuration, parseDuration } from "../core/duration";
import { LeaseholdError } from "../core/errors";
import type { IPkiMount } from "./pki-interfaces";

/**
 * The list of revoked certificates, and answers by OCSP.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#set-revocation-configuration
 */
export interface PkiCrlOptions {
  /** How long a CRL counts: as long as Vault may be away before nobody's certificate passes. @default "72h" */
  readonly expiry?: Duration;
  /** How often Vault makes a new one, so that what was revoked is on it; shorter than `expiry`. @default "1h" */
  readonly rebuildInterval?: Duration;
  /** How often Vault makes a delta CRL, for those who read such; at most `rebuildInterval`. @default none */
  readonly deltaRebuildInterval?: Duration;
  /** How long an answer by OCSP counts, which knows of a revocation at once. @default "1h" */
  readonly ocspExpiry?: Duration;
}

/**
 * Certificates for whoever shows that a name is theirs, by the protocol of Let's Encrypt.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#set-acme-configuration
 */
export interface PkiAcmeOptions {
  /** False turns off what was on; a declaration without `acme` leaves the server as it is. @default true */
  readonly enabled?: boolean;
  /** Roles of the mount whose certificates can be had; each has a directory at `<mount>/roles/<role>/acme/directory`. */
  readonly roles: readonly string[];
  /** The role of `<mount>/acme/directory`. @default none: that directory gives nothing */
  readonly defaultRole?: string;
  /**
   * Whether an account needs what `grantAcmeAccounts` lets one ask for. Without it whoever reaches Vault has certificates of the names
   * that they answer for. @default "always-required"
   */
  readonly eabPolicy?: "always-required" | "new-account-required" | "not-required";
  /** `host:port` of the DNS server that names are looked up at. @default the one of Vault's machine */
  readonly dnsResolver?: string;
}

/**
 * Vault forgets certificates that have ended.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#configure-automatic-tidy
 */
export interface PkiTidyOptions {
  /** @default true */
  readonly enabled?: boolean;
  /** How often. @default "12h" */
  readonly interval?: Duration;
  /** How long after its end a certificate is kept, revoked or not. @default "72h" */
  readonly safetyBuffer?: Duration;
}

/**
 * Part of a mount's configuration. The provider's own resource of the CRL, 4.4, fails on any server that knows a field more than it does,
 * and it has none of ACME and of tidying; this one holds what it wrote against what is there, whatever else is.
 * Vault has no way to remove such a part: it ends with the mount.
 */
function declareSetting(
  scope: Construct,
  id: string,
  mount: IPkiMount,
  part: string,
  values: () => Readonly<Record<string, unknown>>,
): GenericEndpoint {
  return new GenericEndpoint(scope, id, {
    path: `${mount.pathReference}/config/${part}`,
    dataJson: Lazy.stringValue({ produce: () => JSON.stringify(values()) }),
    disableDelete: true,
    ignoreAbsentFields: true,
  });
}

/**
 * @throws LeaseholdError when a duration is malformed, or a list would end before there is another.
 */
export function declareCrl(scope: Construct, mount: IPkiMount, options: PkiCrlOptions): void {
  const where = scope.node.path;
  const { expiry = "72h", rebuildInterval = "1h", deltaRebuildInterval, ocspExpiry = "1h" } = options;
  const [life, interval] = [
    parseDuration(where, "crl.expiry", expiry),
    parseDuration(where, "crl.rebuildInterval", rebuildInterval),
  ];
  parseDuration(where, "crl.ocspExpiry", ocspExpiry);
  requireShorter(where, ["crl.rebuildInterval", rebuildInterval, interval], ["crl.expiry", expiry, life - 1]);
  if (deltaRebuildInterval !== undefined) {
    const delta = parseDuration(where, "crl.deltaRebuildInterval", deltaRebuildInterval);
    requireShorter(
      where,
      ["crl.deltaRebuildInterval", deltaRebuildInterval, delta],
      ["crl.rebuildInterval", rebuildInterval, interval],
    );
  }
  declareSetting(scope, "Crl", mount, "crl", () => ({
    disable: false,
    expiry: goTime(expiry),
    auto_rebuild: true,
    // Vault makes the next one this long before the last one ends.
    auto_rebuild_grace_period: goTime(formatDuration(life - interval)),
    enable_delta: deltaRebuildInterval !== undefined,
    ...(deltaRebuildInterval === undefined ? {} : { delta_rebuild_interval: goTime(deltaRebuildInterval) }),
    ocsp_disable: false,
    ocsp_expiry: goTime(ocspExpiry),
  }));
}

/** @throws LeaseholdError when an option can't be used. */
export function declareAcme(scope: Construct, mount: IPkiMount, options: PkiAcmeOptions): GenericEndpoint {
  const where = scope.node.path;
  const { enabled = true, roles, defaultRole, eabPolicy = "always-required", dnsResolver = "" } = options;
  requireChoice(where, "acme.enabled", enabled, [true, false]);
  requireChoice(where, "acme.eabPolicy", eabPolicy, ["always-required", "new-account-required", "not-required"]);
  if (roles.length === 0) {
    throw new LeaseholdError(where, "acme.roles is empty", "name the roles whose certificates can be had");
  }
  if (defaultRole !== undefined && !roles.includes(defaultRole)) {
    throw new LeaseholdError(
      where,
      `acme.defaultRole ${defaultRole} is none of acme.roles`,
      `name one of ${roles.join(", ")}`,
    );
  }
  if (dnsResolver !== "" && !/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/.test(dnsResolver)) {
    throw new LeaseholdError(
      where,
      `acme.dnsResolver ${JSON.stringify(dnsResolver)} is not host:port`,
      'write it as in "10.0.0.53:53"',
    );
  }
  return declareSetting(scope, "Acme", mount, "acme", () => ({
    enabled,
    allowed_roles: [...roles],
    default_directory_policy: defaultRole === undefined ? "forbid" : `role:${defaultRole}`,
    allow_role_ext_key_usage: false,
    eab_policy: eabPolicy,
    dns_resolver: dnsResolver,
  }));
}

/** @throws LeaseholdError when an option can't be used. */
export function declareTidy(scope: Construct, mount: IPkiMount, options: PkiTidyOptions): void {
  const where = scope.node.path;
  const { enabled = true, interval = "12h", safetyBuffer = "72h" } = options;
  requireChoice(where, "tidy.enabled", enabled, [true, false]);
  const seconds = {
    interval: parseDuration(where, "tidy.interval", interval),
    buffer: parseDuration(where, "tidy.safetyBuffer", safetyBuffer),
  };
  declareSetting(scope, "Tidy", mount, "auto-tidy", () => ({
    enabled,
    interval_duration: seconds.interval,
    tidy_cert_store: true,
    tidy_revoked_certs: true,
    tidy_revoked_cert_issuer_associations: true,
    // Issuers go when they are declared no more.
    tidy_expired_issuers: false,
    safety_buffer: seconds.buffer,
  }));
}

/** Go, which reads it, knows no days. */
function goTime(duration: Duration): string {
  return duration.endsWith("d") ? `${Number(duration.slice(0, -1)) * 24}h` : duration;
}

function requireShorter(
  where: string,
  [field, given, seconds]: readonly [string, Duration, number],
  [other, limit, most]: readonly [string, Duration, number],
): void {
  if (seconds <= most) return;
  throw new LeaseholdError(
    where,
    `${field} ${given} is too long for ${other} ${limit}`,
    `lower ${field} or raise ${other}`,
  );
}
