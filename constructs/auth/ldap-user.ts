import { LdapAuthBackendUser } from "@cdktf/provider-vault/lib/ldap-auth-backend-user";
import type { Construct } from "constructs";
import type { SubjectOptions } from "../policy/subject-policies";
import type { ILdapAuth, LdapGroup } from "./ldap-group";
import { requireLdapName } from "./ldap-names";
import { LoginMapping, type LoginMappingProps } from "./login-mapping";

export interface LdapUserOptions extends SubjectOptions {
  /** Groups of the same method that the person is in besides those of the directory. @default none */
  readonly groups?: readonly Pick<LdapGroup, "name">[];
}

export interface LdapUserProps extends LdapUserOptions, LoginMappingProps {
  readonly auth: ILdapAuth;
}

/**
 * One person of the directory, with policies or groups of their own.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/ldap#create-update-ldap-user
 */
export class LdapUser extends LoginMapping {
  /**
   * @throws LeaseholdError when the name can't be used or is taken.
   */
  constructor(scope: Construct, id: string, props: LdapUserProps) {
    const where = `${scope.node.path}/${id}`;
    super(scope, id, "user", requireLdapName(where, "name", props.name, props.auth.caseSensitiveNames), props);
    this.node.defaultChild = new LdapAuthBackendUser(this, "Resource", {
      backend: this.auth.pathReference,
      username: this.name,
      groups: [...new Set((props.groups ?? []).map(({ name }) => name))].sort(),
      policies: this.policies.names,
    });
  }
}
