import { LdapAuthBackendGroup } from "@cdktf/provider-vault/lib/ldap-auth-backend-group";
import type { Construct } from "constructs";
import type { IAuthMethod } from "./auth-method";
import { requireLdapName } from "./ldap-names";
import { LoginMapping, type LoginMappingProps } from "./login-mapping";

/** An LDAP method, as its groups and users see it. */
export interface ILdapAuth extends IAuthMethod {
  readonly caseSensitiveNames: boolean;
}

export interface LdapGroupProps extends LoginMappingProps {
  readonly auth: ILdapAuth;
}

/**
 * A group of the directory: its members get its policies.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/ldap#create-update-ldap-group
 */
export class LdapGroup extends LoginMapping {
  /**
   * @throws LeaseholdError when the name can't be used or is taken.
   */
  constructor(scope: Construct, id: string, props: LdapGroupProps) {
    const where = `${scope.node.path}/${id}`;
    super(scope, id, "group", requireLdapName(where, "name", props.name, props.auth.caseSensitiveNames), props);
    this.node.defaultChild = new LdapAuthBackendGroup(this, "Resource", {
      backend: this.auth.pathReference,
      groupname: this.name,
      policies: this.policies.names,
    });
  }
}
