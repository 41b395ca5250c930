import { DataVaultIdentityEntity } from "@cdktf/provider-vault/lib/data-vault-identity-entity";
import { IdentityEntity as EntityResource } from "@cdktf/provider-vault/lib/identity-entity";
import { Construct } from "constructs";
import type { IAuthMethod } from "../auth/auth-method";
import { LeaseholdError } from "../core/errors";
import type { IPolicySubject } from "../policy/policy-subject";
import { SubjectPolicies, type SubjectOptions } from "../policy/subject-policies";
import type { VaultPolicy } from "../policy/vault-policy";
import { claimName } from "../provider/claim";
import { place, type Placeable } from "../provider/placement";
import { EntityAlias, type EntityAliasOptions } from "./entity-alias";
import type { IIdentityEntity } from "./identity-interfaces";
import { identityPolicyName, requireIdentityName, requireMetadata } from "./identity-name";

export interface IdentityEntityProps extends SubjectOptions, Placeable {
  /** The entity's name; Vault compares names without regard to case. */
  readonly name: string;
  /** What policies can be templated with: `{{identity.entity.metadata.team}}`. @default none */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Lock it: tokens of a disabled entity open nothing, and are not revoked. @default false */
  readonly disabled?: boolean;
}

/**
 * A person or a program, however it logs in. What it is granted it has with every token of every login that is its alias, beside
 * what the login itself was granted.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/identity
 */
export class IdentityEntity extends Construct implements IIdentityEntity, IPolicySubject {
  /** An entity that is managed elsewhere; the plan looks its id up. */
  static fromName(scope: Construct, id: string, name: string): IIdentityEntity {
    const entityName = requireIdentityName(`${scope.node.path}/${id}`, "name", name);
    return { entityId: new DataVaultIdentityEntity(scope, id, { entityName }).id };
  }

  readonly name: string;
  readonly entityId: string;

  private readonly policies: SubjectPolicies;
  private readonly methods = new Set<string>();

  /**
   * @throws LeaseholdError when the name can't be used or is taken, or the metadata can't be kept.
   */
  constructor(scope: Construct, id: string, props: IdentityEntityProps) {
    super(scope, id);
    const where = this.node.path;
    this.name = requireIdentityName(where, "name", props.name);
    place(this, props.namespace);
    claimName(this, "entity", this.name.toLowerCase());
    this.policies = new SubjectPolicies(this, identityPolicyName("entity", this.name), props);
    const { metadata, disabled } = props;
    const resource = new EntityResource(this, "Resource", {
      name: this.name,
      policies: this.policies.names,
      ...(metadata === undefined ? {} : { metadata: requireMetadata(where, "metadata", metadata) }),
      ...(disabled === undefined ? {} : { disabled }),
    });
    this.node.defaultChild = resource;
    this.entityId = resource.id;
  }

  /** The policy `entity-<name>`, made with the first grant. */
  get grantPolicy(): VaultPolicy {
    return this.policies.grantPolicy;
  }

  /**
   * Has the entity known by a login of an auth method.
   *
   * @throws LeaseholdError when it has an alias of this method, or the name can't be used or is another entity's.
   */
  addAlias(method: IAuthMethod, name: string, options: EntityAliasOptions = {}): EntityAlias {
    if (this.methods.has(method.path)) {
      throw new LeaseholdError(
        this.node.path,
        `it has an alias of auth/${method.path} already, and Vault keeps one of each auth method`,
        "give the second login an entity of its own, and put both into a group",
      );
    }
    this.methods.add(method.path);
    return new EntityAlias(this, `Alias-${method.path}`, { ...options, name, method, entity: this });
  }
}
