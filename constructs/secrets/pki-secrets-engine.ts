import type { Construct } from "constructs";
import { requireName } from "../core/names";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { SecretsEngine } from "./secrets-engine";

/**
 * A mount of the PKI secrets engine.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/pki
 */
export class PkiSecretsEngine extends SecretsEngine {
  /**
   * A mount that is managed elsewhere.
   *
   * @throws LeaseholdError when the path can't be used or is taken.
   */
  static fromPath(scope: Construct, id: string, path: string): PkiSecretsEngine {
    return new PkiSecretsEngine(scope, id, path);
  }

  private constructor(scope: Construct, id: string, path: string) {
    super(scope, id, path);
  }

  /**
   * A role of the mount, which is made elsewhere.
   *
   * @throws LeaseholdError when the name can't be used.
   */
  role(name: string): PkiRole {
    return new PkiRole(this, name);
  }

  /**
   * Lets the subject revoke certificates whose private key it shows. Vault's other way, by serial number, revokes any certificate of
   * the mount: there is no grant of it.
   */
  grantRevokeWithKey(subject: IPolicySubject): Grant {
    return grant(subject, {
      path: `${this.path}/revoke-with-key`,
      capabilities: ["update"],
      reason: `Revokes certificates of PKI mount ${this.path} that it has the private key of`,
    });
  }
}

/**
 * What certificates may be like.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#create-update-role
 */
export class PkiRole {
  /**
   * @throws LeaseholdError when the name can't be used.
   */
  constructor(
    readonly mount: SecretsEngine,
    readonly name: string,
  ) {
    requireName(mount.node.path, "role", name);
  }

  /** Lets the subject have certificates with private keys that Vault makes. */
  grantIssue(subject: IPolicySubject): Grant {
    return this.grant(subject, "issue", "Certificates and their private keys");
  }

  /** Lets the subject have its own signing requests signed. */
  grantSign(subject: IPolicySubject): Grant {
    return this.grant(subject, "sign", "Certificates for its own private keys");
  }

  private grant(subject: IPolicySubject, operation: string, what: string): Grant {
    return grant(subject, {
      path: `${this.mount.path}/${operation}/${this.name}`,
      capabilities: ["update"],
      reason: `${what} by role ${this.name} of PKI mount ${this.mount.path}`,
    });
  }
}
