import { KvSecretBackendV2 } from "@cdktf/provider-vault/lib/kv-secret-backend-v2";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireWhole } from "../core/numbers";
import type { MountOptions } from "../provider/declared-mount";
import { mostVersions } from "./kv-metadata";
import { KvMount } from "./kv-mount";

/** The path is `secret` unless another is given. */
export interface KvSecretsEngineProps extends MountOptions {
  /**
   * Which of Vault's two KV engines it is. Version 1 keeps one value, which a write or a deletion ends for good: it is refused.
   * @default 2
   */
  readonly version?: 2;
  /** How many versions of a secret are kept, 1 to 1000; a later write removes the oldest for good. @default 10, as in Vault */
  readonly maxVersions?: number;
  /**
   * Whether a write must name the version that it replaces (`vault kv put -cas=N`), so that no two people overwrite each other
   * unseen. @default true
   */
  readonly casRequired?: boolean;
  /** How long after its writing each version is deleted; it can be restored until it is destroyed. @default never */
  readonly deleteVersionAfter?: Duration;
}

/**
 * The KV secrets engine, version 2: secrets with their versions.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2
 */
export class KvSecretsEngine extends KvMount {
  /**
   * A mount that is managed elsewhere. Secrets can be declared in it all the same.
   *
   * @throws LeaseholdError when the path can't be used or is taken.
   */
  static fromPath(scope: Construct, id: string, path: string): KvMount {
    return new ImportedKvSecretsEngine(scope, id, path);
  }

  readonly ready: readonly ITerraformDependable[];

  /**
   * @throws LeaseholdError when the path can't be used or is taken, version 1 is asked for, or an option is out of range.
   */
  constructor(scope: Construct, id: string, props: KvSecretsEngineProps = {}) {
    super(scope, id, {
      options: props,
      kind: { type: "kv", path: "secret", description: "Secrets with their versions", options: { version: "2" } },
    });
    const where = this.node.path;
    const version: number = props.version ?? 2;
    const { maxVersions = 10, casRequired = true, deleteVersionAfter } = props;
    if (version !== 2) {
      throw new LeaseholdError(
        where,
        `version ${show(version)} is given: KV version 1 keeps one value of a secret, and a write or a deletion ends it for good`,
        "leave version out, and have what reads the secrets use the paths of version 2 (data/)",
      );
    }
    const config = new KvSecretBackendV2(this, "Config", {
      mount: this.pathReference,
      maxVersions: requireWhole(where, "maxVersions", maxVersions, 1, mostVersions),
      casRequired: requireChoice(where, "casRequired", casRequired, [true, false]),
      deleteVersionAfter:
        deleteVersionAfter === undefined ? 0 : parseDuration(where, "deleteVersionAfter", deleteVersionAfter),
    });
    this.ready = [config];
  }
}

class ImportedKvSecretsEngine extends KvMount {
  readonly ready = [];
}
