import { IdentityEntityAlias } from "@cdktf/provider-vault/lib/identity-entity-alias";
import { Construct } from "constructs";
import type { IAuthMethod } from "../auth/auth-method";
import { claimName } from "../provider/claim";
import { placeWith, requireSameNamespace } from "../provider/placement";
import type { IIdentityEntity } from "./identity-interfaces";
import { requireAliasName, requireMetadata } from "./identity-name";

export interface EntityAliasOptions {
  /** What policies can be templated with besides the alias's name. @default none */
  readonly customMetadata?: Readonly<Record<string, string>>;
}

export interface EntityAliasProps extends EntityAliasOptions {
  /** What the auth method calls the entity: a user's name, a RoleID, the id of a service account, the claim that names the user. */
  readonly name: string;
  readonly method: IAuthMethod;
  readonly entity: IIdentityEntity;
}

/**
 * By which login of an auth method an entity is known. It must be declared before the first such login: Vault makes an entity of its
 * own for a login that it does not know, and the provider then refuses to make the alias a second time.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/identity#entities-and-aliases
 */
export class EntityAlias extends Construct {
  readonly name: string;
  readonly method: IAuthMethod;

  /**
   * @throws LeaseholdError when the name can't be used, another entity has it in this auth method, or the metadata can't be kept.
   */
  constructor(scope: Construct, id: string, props: EntityAliasProps) {
    super(scope, id);
    const where = this.node.path;
    this.name = requireAliasName(where, "name", props.name);
    this.method = props.method;
    placeWith(this, props.entity);
    requireSameNamespace(this, this.method, `auth method auth/${this.method.path}`);
    // Vault compares names of aliases without regard to case.
    claimName(this, `entity alias of auth/${this.method.path}`, this.name.toLowerCase());
    const { customMetadata } = props;
    this.node.defaultChild = new IdentityEntityAlias(this, "Resource", {
      name: this.name,
      mountAccessor: this.method.accessor,
      canonicalId: props.entity.entityId,
      ...(customMetadata === undefined
        ? {}
        : { customMetadata: requireMetadata(where, "customMetadata", customMetadata) }),
    });
  }
}
