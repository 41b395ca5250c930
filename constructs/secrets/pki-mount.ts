import type { Duration } from "../core/duration";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import type { IPkiIssuer, IPkiRole } from "./pki-interfaces";
import { PkiRole, PkiRoleReference } from "./pki-role";
import type { PkiRoleOptions } from "./pki-role-options";
import { SecretsEngine } from "./secrets-engine";

/**
 * A mount of the PKI engine, declared here or elsewhere. Its certificates, their chain, its CRL and its answers by OCSP are there for
 * whoever reaches Vault, without a login: nothing grants them.
 */
export abstract class PkiMount extends SecretsEngine {
  abstract readonly maxLeaseTtl: Duration | undefined;

  private readonly roles = new Map<string, PkiRole>();

  /**
   * Declares what certificates may be like.
   *
   * @throws LeaseholdError as PkiRole does.
   */
  addRole(name: string, options: PkiRoleOptions): PkiRole {
    const issuerOf = (issuer: string | undefined) => this.issuing(issuer);
    const role = new PkiRole(this, name, { ...options, name, mount: this, issuerOf });
    this.roles.set(role.name, role);
    this.registerRole(role);
    return role;
  }

  /**
   * A role of the mount: the declared one of that name, else one that is made elsewhere.
   *
   * @throws LeaseholdError when the name can't be used.
   */
  role(name: string): IPkiRole {
    return this.roles.get(name) ?? new PkiRoleReference(this, name);
  }

  /**
   * An issuer of the mount by its name, such as `default`: the declared one, else one that is made elsewhere.
   *
   * @throws LeaseholdError when the name can't be used.
   */
  abstract issuer(name: string): IPkiIssuer;

  /** The issuer that signs for a role which names it, or none, once everything is declared. */
  protected abstract issuing(name: string | undefined): IPkiIssuer | undefined;

  /** Has what waits for the mount's roles wait for this one. */
  protected abstract registerRole(role: PkiRole): void;

  /** Lets the subject revoke certificates whose private key it shows. */
  grantRevokeWithKey(subject: IPolicySubject): Grant {
    return grant(this, subject, {
      path: `${this.path}/revoke-with-key`,
      capabilities: ["update"],
      reason: `Revokes certificates of PKI mount ${this.path} that it has the private key of`,
    });
  }

  /**
   * Lets the subject revoke any certificate of the mount by its serial number, an authority's too, find it in the list, and have the
   * CRLs made anew at once: for who is called when a key is lost.
   */
  grantRevokeAny(subject: IPolicySubject): Grant {
    const reason = `Revokes any certificate of PKI mount ${this.path}`;
    return grant(
      this,
      subject,
      { path: `${this.path}/revoke`, capabilities: ["update"], reason },
      { path: `${this.path}/certs`, capabilities: ["list"], reason },
      { path: `${this.path}/certs/revoked`, capabilities: ["list"], reason },
      { path: `${this.path}/crl/rotate`, capabilities: ["read"], reason },
      { path: `${this.path}/crl/rotate-delta`, capabilities: ["read"], reason },
    );
  }
}
