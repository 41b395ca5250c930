import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import type { Capability } from "../../policies/language/capability";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { requireSecretPrefix } from "./secret-prefix";
import { SecretsEngine } from "./secrets-engine";

/** The first segments of the engine's API. */
type Area = "data" | "metadata" | "delete" | "undelete" | "destroy";

const areas: readonly string[] = ["data", "metadata", "delete", "undelete", "destroy"] satisfies Area[];

/**
 * A mount of the KV secrets engine, version 2. What is granted on a prefix is granted on the secret of that name and on everything
 * below it, never on a neighbour whose name begins alike.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2#acl-rules
 */
export class KvSecretsEngine extends SecretsEngine {
  /**
   * A mount that is managed elsewhere.
   *
   * @throws LeaseholdError when the path can't be used or is taken.
   */
  static fromPath(scope: Construct, id: string, path: string): KvSecretsEngine {
    return new KvSecretsEngine(scope, id, path);
  }

  private constructor(scope: Construct, id: string, path: string) {
    super(scope, id, path);
  }

  /** Lets the subject read secrets in every version, and which versions there are. */
  grantRead(subject: IPolicySubject, prefix: string): Grant {
    return this.grant(subject, prefix, "Reads", { data: ["read"], metadata: ["read"] });
  }

  /** Lets the subject write new versions, also by changing single keys; not read them. */
  grantWrite(subject: IPolicySubject, prefix: string): Grant {
    return this.grant(subject, prefix, "Writes", { data: ["create", "update", "patch"] });
  }

  /** Lets the subject see the names of the secrets below the prefix. */
  grantList(subject: IPolicySubject, prefix: string): Grant {
    return this.grant(subject, prefix, "Lists", { metadata: ["list"] });
  }

  /** Lets the subject delete versions so that they can be restored. */
  grantDelete(subject: IPolicySubject, prefix: string): Grant {
    return this.grant(subject, prefix, "Deletes", { data: ["delete"], delete: ["update"] });
  }

  /** Lets the subject restore deleted versions. */
  grantUndelete(subject: IPolicySubject, prefix: string): Grant {
    return this.grant(subject, prefix, "Restores", { undelete: ["update"] });
  }

  /** Lets the subject remove versions, or a secret with all of them, for good. */
  grantDestroy(subject: IPolicySubject, prefix: string): Grant {
    return this.grant(subject, prefix, "Destroys", { destroy: ["update"], metadata: ["delete"] });
  }

  private grant(
    subject: IPolicySubject,
    prefix: string,
    does: string,
    capabilities: Readonly<Partial<Record<Area, readonly Capability[]>>>,
  ): Grant {
    requireSecretPrefix(this.node.path, "prefix", prefix);
    this.warnOfApiPath(prefix);
    const reason = `${does} ${prefix} and what is below it in KV mount ${this.path}`;
    return grant(
      subject,
      ...Object.entries(capabilities).flatMap(([area, allowed]) =>
        ["", "/*"].map((end) => ({ path: `${this.path}/${area}/${prefix}${end}`, capabilities: allowed, reason })),
      ),
    );
  }

  /** A folder may be named so, but hardly is. */
  private warnOfApiPath(prefix: string): void {
    const [first = ""] = prefix.split("/");
    if (!areas.includes(first) && !`${prefix}/`.startsWith(`${this.path}/`)) return;
    Annotations.of(this).addWarning(
      `prefix ${prefix} begins with ${first}/, which would be a folder in mount ${this.path}: ` +
        "name the secret as `vault kv get -mount` does, without the mount and the API's own segments",
    );
  }
}
