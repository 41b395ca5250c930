import { LdapAuthBackend } from "@cdktf/provider-vault/lib/ldap-auth-backend";
import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import { LeaseholdError } from "../core/errors";
import type { SubjectOptions } from "../policy/subject-policies";
import { ldapTls } from "../guardrails/auth/ldap-tls";
import { acknowledge } from "../provider/acknowledge";
import { giveSecret } from "../provider/secret-argument";
import { VaultEndpoint } from "../provider/vault-endpoint";
import { AuthMethod, type AuthMethodOptions } from "./auth-method";
import { LdapGroup } from "./ldap-group";
import { ldapAttributes, type LdapOptions } from "./ldap-options";
import { LdapUser, type LdapUserOptions } from "./ldap-user";
import { tokenAttributes, type TokenOptions } from "../core/token-options";

export interface LdapAuthOptions extends AuthMethodOptions, LdapOptions, TokenOptions {}

/**
 * The LDAP auth method: people log in with the name and password that a directory knows, and get the policies of the groups that
 * they are in there. Certificates are always verified, and empty passwords always refused. OpenBao 2.7 has no such method.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/ldap
 */
export class LdapAuth extends AuthMethod {
  readonly pathReference: string;
  readonly accessor: string;
  readonly caseSensitiveNames: boolean;

  private readonly searchesGroups: boolean;

  /**
   * @throws LeaseholdError when the path is taken, an option can't be used, passwords would cross a network unencrypted, the
   * provider lacks what an option needs, or the server lacks the method.
   */
  constructor(scope: Construct, id: string, options: LdapAuthOptions) {
    super(scope, id, options, { path: "ldap", description: "Logins of people whom the directory knows" });
    const where = this.node.path;
    const { features, server } = VaultEndpoint.of(this);
    server.require(where, `auth method ${this.path}`, "ldapLogin");
    if (options.tuning !== undefined) features.require(where, "tuning", "ldapTuning");
    this.caseSensitiveNames = options.caseSensitiveNames ?? false;
    this.searchesGroups = options.groupDn !== undefined || options.useTokenGroups === true;
    const resource = new LdapAuthBackend(this, "Resource", {
      ...this.attributes,
      ...ldapAttributes(where, options, features),
      ...tokenAttributes(where, options),
    });
    this.node.defaultChild = resource;
    this.pathReference = resource.path;
    this.accessor = resource.accessor;
    if (options.bindPassword !== undefined) {
      giveSecret(resource, {
        field: "bindPassword",
        input: options.bindPassword,
        version: options.bindPasswordVersion,
        argument: "bindpass",
        feature: "ldapBindPasswordWriteOnly",
      });
    }
    if (options.unencryptedReason !== undefined) {
      acknowledge(this, ldapTls.id, options.unencryptedReason);
      Annotations.of(this).addWarning(`passwords go to the directory unencrypted: ${options.unencryptedReason}`);
    }
  }

  /**
   * Gives a group of the directory policies.
   *
   * @throws LeaseholdError when the name can't be used or is taken, or Vault looks for no groups.
   */
  addGroup(name: string, options: SubjectOptions = {}): LdapGroup {
    if (!this.searchesGroups) {
      throw new LeaseholdError(
        this.node.path,
        `group ${JSON.stringify(name)} is added, and Vault looks for no groups in the directory`,
        "say in groupDn where they are",
      );
    }
    return new LdapGroup(this, `group-${name}`, { ...options, name, auth: this });
  }

  /**
   * Gives one person policies, or membership in groups that the directory does not know of.
   *
   * @throws LeaseholdError when the name can't be used or is taken.
   */
  addUser(name: string, options: LdapUserOptions = {}): LdapUser {
    return new LdapUser(this, `user-${name}`, { ...options, name, auth: this });
  }
}
