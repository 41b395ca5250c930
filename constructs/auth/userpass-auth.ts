import { AuthBackend } from "@cdktf/provider-vault/lib/auth-backend";
import type { Construct } from "constructs";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { AuthMethod, type AuthMethodOptions } from "./auth-method";
import { UserpassUser, type UserpassUserOptions } from "./userpass-user";

/**
 * The userpass auth method: people log in with a name and a password that Vault keeps a hash of.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/userpass
 */
export class UserpassAuth extends AuthMethod {
  readonly pathReference: string;
  readonly accessor: string;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, or the tuning can't be used.
   */
  constructor(scope: Construct, id: string, options: AuthMethodOptions = {}) {
    super(scope, id, options, { path: "userpass", description: "Logins of people by password" });
    const resource = new AuthBackend(this, "Resource", { type: "userpass", ...this.attributes });
    this.node.defaultChild = resource;
    this.pathReference = resource.path;
    this.accessor = resource.accessor;
  }

  /** Declares a person's login; it opens nothing before `leasehold userpass set-password` has given it a password. */
  addUser(name: string, options: UserpassUserOptions = {}): UserpassUser {
    return new UserpassUser(this, name, { ...options, name, auth: this });
  }

  /** Lets whoever logs in here change the own password, and nobody else's. */
  grantPasswordChange(subject: IPolicySubject): Grant {
    return grant(this, subject, {
      path: `auth/${this.path}/users/{{identity.entity.aliases.@${this.path}.name}}/password`,
      capabilities: ["update"],
      allowedParameters: { password: [] },
      reason: "Changes the own password",
    });
  }
}
