import { requireName } from "../core/names";
import { DeclaredTransitKey, type TransitKeyOptions } from "./declared-transit-key";
import { SecretsEngine } from "./secrets-engine";
import { ImportedTransitKey, TransitKey } from "./transit-key";

/**
 * A mount of the Transit secrets engine, declared here or elsewhere.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/transit
 */
export abstract class TransitMount extends SecretsEngine {
  /** Whether Terraform refuses to destroy the keys, unless a key says otherwise. */
  protected abstract readonly protectsKeys: boolean | undefined;

  /**
   * Declares a key.
   *
   * @throws LeaseholdError when the name can't be used or is taken, or an option can't be used.
   */
  addKey(name: string, options: TransitKeyOptions = {}): DeclaredTransitKey {
    requireName(this.node.path, "key", name);
    return new DeclaredTransitKey({
      preventDestroy: this.protectsKeys,
      ...options,
      mount: this,
      name,
    });
  }

  /**
   * A key of the mount: the declared one of that name, else one that is made elsewhere.
   *
   * @throws LeaseholdError when the name can't be used.
   */
  key(name: string): TransitKey {
    requireName(this.node.path, "key", name);
    const id = `elsewhere-${name}`;
    const known = this.node.tryFindChild(`key-${name}`) ?? this.node.tryFindChild(id);
    return known instanceof TransitKey ? known : new ImportedTransitKey(this, id, name);
  }
}
