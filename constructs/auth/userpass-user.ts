import { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { requireName } from "../core/names";
import { IdentityEntity } from "../identity/identity-entity";
import type { IPolicySubject } from "../policy/policy-subject";
import type { SubjectOptions } from "../policy/subject-policies";
import type { VaultPolicy } from "../policy/vault-policy";
import { placeWith } from "../provider/placement";
import type { IAuthMethod } from "./auth-method";

export interface UserpassUserOptions extends SubjectOptions {
  /** Name of the entity that the user is known as, whatever it logs in by. @default the user's name */
  readonly entityName?: string;
}

export interface UserpassUserProps extends UserpassUserOptions {
  readonly name: string;
  readonly auth: IAuthMethod;
}

/**
 * A person who logs in by password. Vault's own record of the user holds the password and so can't be Terraform's, whose state would
 * keep it: `leasehold userpass set-password` writes it. Declared is the entity that the user is known as. What is granted is granted
 * to the entity: it counts at once, also for tokens that live.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/userpass
 */
export class UserpassUser extends Construct implements IPolicySubject {
  readonly name: string;
  readonly auth: IAuthMethod;
  /** Add other logins of the same person with its addAlias. */
  readonly entity: IdentityEntity;

  /**
   * @throws LeaseholdError when the name can't be used, or it or the entity's is taken.
   */
  constructor(scope: Construct, id: string, props: UserpassUserProps) {
    super(scope, id);
    // Vault keeps the names of users in lower case.
    this.name = requireUserName(this.node.path, props.name).toLowerCase();
    this.auth = props.auth;
    placeWith(this, this.auth);
    const { entityName = this.name, policies, selfService = true } = props;
    this.entity = new IdentityEntity(this, "Entity", {
      name: entityName,
      selfService,
      ...(policies === undefined ? {} : { policies }),
    });
    this.entity.addAlias(this.auth, this.name);
  }

  /** The entity's policy `entity-<name>`, made with the first grant. */
  get grantPolicy(): VaultPolicy {
    return this.entity.grantPolicy;
  }
}

function requireUserName(where: string, name: string): string {
  if (/\w$/.test(requireName(where, "name", name))) return name;
  throw new LeaseholdError(where, `name ${show(name)} ends in a sign`, "Vault wants a letter, digit or `_` at its end");
}
