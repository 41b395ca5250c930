import { IdentityGroupAlias } from "@cdktf/provider-vault/lib/identity-group-alias";
import type { Construct } from "constructs";
import type { IAuthMethod } from "../auth/auth-method";
import { LeaseholdError } from "../core/errors";
import { claimName } from "../provider/claim";
import { requireSameNamespace } from "../provider/placement";
import { IdentityGroupBase, type GroupProps } from "./identity-group";
import { requireAliasName } from "./identity-name";

/**
 * An external group: whoever logs in through an auth method that says so is in it, until the next login or renewal says otherwise.
 * It can't have declared members.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/identity#external-vs-internal-groups
 */
export class ExternalGroup extends IdentityGroupBase {
  private alias: IdentityGroupAlias | undefined;

  /**
   * @throws LeaseholdError when the name can't be used or is taken, or the metadata can't be kept. A group without an alias, which
   * nobody could ever be in, fails the synthesis.
   */
  constructor(scope: Construct, id: string, props: GroupProps) {
    super(scope, id, props, { type: "external" });
    this.node.addValidation({
      validate: () =>
        this.alias === undefined
          ? [`external group ${this.name} has no alias, so that nobody is in it: call addAlias`]
          : [],
    });
  }

  /**
   * Names the group as an auth method does.
   *
   * @param name Exactly as the method gives it: the LDAP group's name or DN, the value of the groups claim, the slug of the GitHub
   * team.
   * @throws LeaseholdError when the group has an alias, or the name can't be used or is another group's.
   */
  addAlias(method: IAuthMethod, name: string): this {
    const where = this.node.path;
    if (this.alias !== undefined) {
      throw new LeaseholdError(
        where,
        `external group ${this.name} has an alias already, and Vault keeps one`,
        "make a second external group, and one internal group of the two",
      );
    }
    requireAliasName(where, "alias", name);
    requireSameNamespace(this, method, `auth method auth/${method.path}`);
    claimName(this, `group alias of auth/${method.path}`, name.toLowerCase());
    this.alias = new IdentityGroupAlias(this, "Alias", {
      name,
      mountAccessor: method.accessor,
      canonicalId: this.groupId,
    });
    return this;
  }
}
