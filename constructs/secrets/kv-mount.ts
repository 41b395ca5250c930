import { Annotations, type ITerraformDependable } from "cdktf";
import { requireMountPath } from "../core/names";
import type { Grant, IPolicySubject } from "../policy/policy-subject";
import { grantKv, kvAreas, type KvOperation } from "./kv-operations";
import { KvSecret, type KvSecretOptions } from "./kv-secret";
import { requireSecretPrefix } from "./secret-prefix";
import { SecretsEngine } from "./secrets-engine";

/**
 * A mount of the KV secrets engine, version 2, declared here or elsewhere. What is granted on a prefix is granted on the secret of
 * that name and on everything below it, never on a neighbour whose name begins alike.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2#acl-rules
 */
export abstract class KvMount extends SecretsEngine {
  /** What must be there before a secret is written: the mount, turned into one with versions. */
  abstract readonly ready: readonly ITerraformDependable[];

  /**
   * Declares a secret: what is said about it, and perhaps its first value. People write all others.
   *
   * @param path where it lies below the mount, without `data/`; `secretPath` makes it by the convention.
   * @throws LeaseholdError when the path can't be used or is taken, or an option can't be used.
   */
  addSecret(path: string, options: KvSecretOptions = {}): KvSecret {
    requireMountPath(this.node.path, "path", path);
    this.warnOfApiPath("path", path);
    return new KvSecret(this, `secret-${path}`, { ...options, mount: this, path });
  }

  /** Lets the subject read secrets in every version, and which versions there are. */
  grantRead(subject: IPolicySubject, prefix: string): Grant {
    return this.grant("read", subject, prefix);
  }

  /** Lets the subject write new versions, also by changing single keys; not read them. */
  grantWrite(subject: IPolicySubject, prefix: string): Grant {
    return this.grant("write", subject, prefix);
  }

  /** Lets the subject see the names of the secrets below the prefix. */
  grantList(subject: IPolicySubject, prefix: string): Grant {
    return this.grant("list", subject, prefix);
  }

  /**
   * Lets the subject read and write what is said about secrets: custom metadata, and how many versions are kept how long. Whoever
   * has fewer kept removes the rest for good, with the next write.
   */
  grantDescribe(subject: IPolicySubject, prefix: string): Grant {
    return this.grant("describe", subject, prefix);
  }

  /** Lets the subject delete versions so that they can be restored. */
  grantDelete(subject: IPolicySubject, prefix: string): Grant {
    return this.grant("delete", subject, prefix);
  }

  /** Lets the subject restore deleted versions. */
  grantUndelete(subject: IPolicySubject, prefix: string): Grant {
    return this.grant("undelete", subject, prefix);
  }

  /** Lets the subject remove versions, or a secret with all of them, for good. */
  grantDestroy(subject: IPolicySubject, prefix: string): Grant {
    return this.grant("destroy", subject, prefix);
  }

  private grant(operation: KvOperation, subject: IPolicySubject, prefix: string): Grant {
    requireSecretPrefix(this.node.path, "prefix", prefix);
    this.warnOfApiPath("prefix", prefix);
    return grantKv(this, subject, operation, { mount: this.path, path: prefix, below: true });
  }

  /** A folder may be named so, but hardly is. */
  private warnOfApiPath(field: string, path: string): void {
    const [first = ""] = path.split("/");
    if (!kvAreas.includes(first) && !`${path}/`.startsWith(`${this.path}/`)) return;
    Annotations.of(this).addWarning(
      `${field} ${path} begins with ${first}/, which would be a folder in mount ${this.path}: ` +
        "name the secret as `vault kv get -mount` does, without the mount and the API's own segments",
    );
  }
}
