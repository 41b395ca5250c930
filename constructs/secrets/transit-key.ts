import { Construct } from "constructs";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";

/** A mount, as far as a key needs it. */
export interface ITransitMount extends Construct {
  readonly path: string;
  readonly pathReference: string;
}

/**
 * A key that encrypts or signs, declared here or elsewhere. None of its grants lets a key be made by using a name that there is none
 * of.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export abstract class TransitKey extends Construct {
  constructor(
    readonly mount: ITransitMount,
    id: string,
    readonly name: string,
  ) {
    super(mount, id);
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

  /** Lets the subject make HMACs with the key. */
  grantHmac(subject: IPolicySubject): Grant {
    return this.grant(subject, "hmac", "Makes HMACs", ["", "/+"]);
  }

  /**
   * Lets the subject have new data keys, each as plain text and encrypted with this key, to encrypt large data by itself. To have one
   * back it must be let decrypt.
   */
  grantDataKey(subject: IPolicySubject): Grant {
    return this.grant(subject, "datakey/plaintext", "Has data keys made");
  }

  /** Lets the subject have new data keys that are encrypted with this key, and never see one. */
  grantWrappedDataKey(subject: IPolicySubject): Grant {
    return this.grant(subject, "datakey/wrapped", "Has wrapped data keys made");
  }

  /** Lets the subject see which versions the key has, and public keys of signatures; never the key itself. */
  grantReadKey(subject: IPolicySubject): Grant {
    return grant(this, subject, {
      path: `${this.mount.path}/keys/${this.name}`,
      capabilities: ["read"],
      reason: `Sees versions and public parts of key ${this.name} of Transit mount ${this.mount.path}`,
    });
  }

  /** Lets the subject add a version to the key, which encrypts and signs from then on. */
  grantRotate(subject: IPolicySubject): Grant {
    return grant(this, subject, {
      path: `${this.mount.path}/keys/${this.name}/rotate`,
      capabilities: ["update"],
      reason: `Rotates key ${this.name} of Transit mount ${this.mount.path}`,
    });
  }

  /** The hash algorithm of a signature can be a segment of its own. */
  private grant(subject: IPolicySubject, operation: string, does: string, ends: readonly string[] = [""]): Grant {
    const rules = ends.map((end) => ({
      path: `${this.mount.path}/${operation}/${this.name}${end}`,
      capabilities: ["update"] as const,
      reason: `${does} with key ${this.name} of Transit mount ${this.mount.path}`,
    }));
    return grant(this, subject, ...rules);
  }
}

/** A key that is made elsewhere: nothing is declared for it. */
export class ImportedTransitKey extends TransitKey {}
