import type { Construct } from "constructs";
import type { MountOptions } from "../provider/declared-mount";
import { TransitMount } from "./transit-mount";

/** The path is `transit` unless another is given. */
export type TransitSecretsEngineProps = MountOptions;

/**
 * The Transit secrets engine: keys that encrypt and sign for programs, and never leave Vault.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/transit
 */
export class TransitSecretsEngine extends TransitMount {
  /**
   * A mount that is managed elsewhere. Keys can be declared in it all the same.
   *
   * @throws LeaseholdError when the path can't be used or is taken.
   */
  static fromPath(scope: Construct, id: string, path: string): TransitMount {
    return new ImportedTransitSecretsEngine(scope, id, path);
  }

  protected readonly protectsKeys: boolean | undefined;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, or the TTLs are malformed or inverted.
   */
  constructor(scope: Construct, id: string, props: TransitSecretsEngineProps = {}) {
    super(scope, id, {
      options: props,
      kind: { type: "transit", path: "transit", description: "Keys that encrypt and sign" },
    });
    this.protectsKeys = props.preventDestroy;
  }
}

class ImportedTransitSecretsEngine extends TransitMount {
  protected readonly protectsKeys = undefined;
}
