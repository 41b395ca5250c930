import { PkiSecretBackendIssuer } from "@cdktf/provider-vault/lib/pki-secret-backend-issuer";
import { PkiSecretBackendKey } from "@cdktf/provider-vault/lib/pki-secret-backend-key";
import { dependable, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError } from "../core/errors";
import { requireName } from "../core/names";
import { claimName } from "../provider/claim";
import { protection } from "../provider/protection";
import type { IPkiIssuer, IPkiMount } from "./pki-interfaces";
import { keyAttributes, type PkiKeyOptions } from "./pki-keys";
import { requireDomains, requireSubjectText } from "./pki-names";

/** What every certificate authority is told. */
export interface PkiIssuerOptions extends PkiKeyOptions {
  /** Its name in certificates, 1 to 64 characters. It stays: another common name is another issuer. */
  readonly commonName: string;
  /** @default none */
  readonly organization?: string;
  /** @default none */
  readonly ou?: string;
  /** Two letters. @default none */
  readonly country?: string;
  /**
   * Issues no more, and goes on signing the CRL of what it has issued. Declare it so while certificates of it live, and no more once
   * they have ended. @default false
   */
  readonly retired?: boolean;
  /** Whether Terraform refuses to destroy it, also where a change would make it anew. @default false */
  readonly preventDestroy?: boolean;
}

/** What an authority is told whose certificate is signed in this stack. */
export interface PkiSignedOptions extends PkiIssuerOptions {
  /** How long it lives from the day it is made: at most what its mount and its parent allow. A change of it changes nothing. */
  readonly ttl: Duration;
  /** Domains that any certificate below it must be of. @default any */
  readonly permittedDnsDomains?: readonly string[];
}

/** What an issuer is made from. */
export interface PkiIssuerProps<Options> {
  /** Its name, once in the mount; `default` is Vault's own. */
  readonly name: string;
  readonly mount: IPkiMount;
  readonly options: Options;
}

/** A certificate authority in a mount: its key never leaves Vault, and goes with the issuer. */
export abstract class PkiIssuer extends Construct implements IPkiIssuer {
  readonly name: string;
  readonly mount: IPkiMount;
  /** Whether it issues no more. */
  readonly retired: boolean;
  abstract readonly kind: "root" | "intermediate";
  abstract readonly life: number | undefined;
  abstract readonly pathLength: number | undefined;
  /** Whether there is a certificate yet. */
  abstract readonly isSigned: boolean;

  protected readonly key: PkiSecretBackendKey;
  private resource: PkiSecretBackendIssuer | undefined;

  /**
   * @throws LeaseholdError when the name can't be used or is taken, or an option can't be used.
   */
  constructor(scope: Construct, id: string, { name, mount, options }: PkiIssuerProps<PkiIssuerOptions>) {
    super(scope, id);
    const where = this.node.path;
    this.mount = mount;
    this.name = requireIssuerName(where, name);
    claimName(this, `issuer of mount ${mount.path}`, this.name);
    this.retired = requireChoice(where, "retired", options.retired ?? false, [true, false]);
    this.key = new PkiSecretBackendKey(this, "Key", {
      backend: mount.pathReference,
      type: "internal",
      keyName: this.name,
      ...keyAttributes(where, options),
      lifecycle: protection(where, options.preventDestroy),
    });
  }

  get reference(): string {
    if (this.resource !== undefined) return this.resource.issuerId;
    throw new LeaseholdError(
      this.node.path,
      `issuer ${this.name} has no certificate yet`,
      "have its CSR signed, and give the result in certificate",
    );
  }

  /** Gives the issuer its name and its uses once there is a certificate. */
  protected finish(issuerReference: string, made: TerraformResource, options: PkiIssuerOptions): void {
    const kept = protection(this.node.path, options.preventDestroy);
    this.resource = new PkiSecretBackendIssuer(this, "Resource", {
      backend: this.mount.pathReference,
      issuerRef: issuerReference,
      issuerName: this.name,
      // A certificate that outlived its issuer would end with it, before anybody renewed it.
      leafNotAfterBehavior: "err",
      usage: ["crl-signing", ...(this.retired ? [] : ["issuing-certificates"]), "ocsp-signing", "read-only"].join(","),
      // The provider would go on writing to the old one.
      lifecycle: { ...kept, replaceTriggeredBy: [dependable(made)] },
    });
    this.node.defaultChild = this.resource;
  }
}

/** Who a certificate is of, by the names that all of the provider's resources use. */
export interface SubjectAttributes {
  readonly commonName: string;
  readonly organization?: string;
  readonly ou?: string;
  readonly country?: string;
}

/**
 * The subject as the provider takes it.
 *
 * @throws LeaseholdError when a part of it can't stand in a certificate.
 */
export function subjectAttributes(
  where: string,
  { commonName, organization, ou, country }: PkiIssuerOptions,
): SubjectAttributes {
  if (country !== undefined && !/^[A-Z]{2}$/.test(country)) {
    throw new LeaseholdError(
      where,
      `country ${JSON.stringify(country)} is not a country's code`,
      'give two capital letters, such as "DE"',
    );
  }
  const optional = (field: "organization" | "ou", value: string | undefined) =>
    value === undefined ? {} : { [field]: requireSubjectText(where, field, value) };
  return {
    commonName: requireSubjectText(where, "commonName", commonName),
    ...optional("organization", organization),
    ...optional("ou", ou),
    ...(country === undefined ? {} : { country }),
  };
}

/** What names the authority may have certificates of, as the provider takes it. */
export function constraintAttributes(
  where: string,
  { permittedDnsDomains }: PkiSignedOptions,
): { readonly permittedDnsDomains?: string[] } {
  if (permittedDnsDomains === undefined) return {};
  const field = "permittedDnsDomains";
  return { [field]: requireDomains(where, field, permittedDnsDomains, { globs: false, templates: false }) };
}

/** What a server allows that was told nothing else. */
const serverLimit: Duration = "768h";

/**
 * Seconds of a TTL that a mount allows.
 *
 * @throws LeaseholdError that names `where` and `field`: Vault would cut it short, with a warning that nobody reads.
 */
export function requireTtlOfMount(where: string, field: string, ttl: Duration, mount: IPkiMount): number {
  const seconds = parseDuration(where, field, ttl);
  const limit = mount.maxLeaseTtl ?? serverLimit;
  if (seconds <= parseDuration(where, "maxLeaseTtl", limit)) return seconds;
  throw new LeaseholdError(
    where,
    `${field} ${ttl} exceeds maxLeaseTtl ${limit} of mount ${mount.path}${mount.maxLeaseTtl === undefined ? ", which is the server's" : ""}`,
    `lower ${field} or raise the mount's maxLeaseTtl`,
  );
}

function requireIssuerName(where: string, name: string): string {
  if (requireName(where, "name", name) !== "default") return name;
  throw new LeaseholdError(
    where,
    "name default is Vault's own, for whichever issuer is the default",
    "name the issuer by the year, for instance",
  );
}
