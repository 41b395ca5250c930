import type { Construct } from "constructs";
import { requireName } from "../core/names";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { SecretsEngine } from "./secrets-engine";

/**
 * A mount of the Transit secrets engine.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/transit
 */
export class TransitSecretsEngine extends SecretsEngine {
  /**
   * A mount that is managed elsewhere.
   *
   * @throws LeaseholdError when the path can't be used or is taken.
   */
  static fromPath(scope: Construct, id: string, path: string): TransitSecretsEngine {
    return new TransitSecretsEngine(scope, id, path);
  }

  private constructor(scope: Construct, id: string, path: string) {
    super(scope, id, path);
  }

  /**
   * A key of the mount, which is made elsewhere.
   *
   * @throws LeaseholdError when the name can't be used.
   */
  key(name: string): TransitKey {
    return new TransitKey(this, name);
  }
}

/**
 * A key that encrypts or signs. None of its grants lets a key be made by using a name that there is none of.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export class TransitKey {
  /**
   * @throws LeaseholdError when the name can't be used.
   */
  constructor(
    readonly mount: SecretsEngine,
    readonly name: string,
  ) {
    requireName(mount.node.path, "key", name);
  }

  /** Lets the subject encrypt with the key, not decrypt. */
  grantEncrypt(subject: IPolicySubject): Grant {
    return this.grant(subject, "encrypt", "Encrypts");
  }

  grantDecrypt(subject: IPolicySubject): Grant {
    return this.grant(subject, "decrypt", "Decrypts");
  }

  /** Lets the subject have what is encrypted encrypted anew with the key's latest version, without seeing it. */
  grantRewrap(subject: IPolicySubject): Grant {
    return this.grant(subject, "rewrap", "Rewraps");
  }

  grantSign(subject: IPolicySubject): Grant {
    return this.grant(subject, "sign", "Signs", ["", "/+"]);
  }

  /** Lets the subject verify signatures and HMACs of the key. */
  grantVerify(subject: IPolicySubject): Grant {
    return this.grant(subject, "verify", "Verifies", ["", "/+"]);
  }

  /** The hash algorithm of a signature can be a segment of its own. */
  private grant(subject: IPolicySubject, operation: string, does: string, ends: readonly string[] = [""]): Grant {
    const rules = ends.map((end) => ({
      path: `${this.mount.path}/${operation}/${this.name}${end}`,
      capabilities: ["update"] as const,
      reason: `${does} with key ${this.name} of Transit mount ${this.mount.path}`,
    }));
    return grant(subject, ...rules);
  }
}
