import { AuthBackend } from "@cdktf/provider-vault/lib/auth-backend";
import type { Construct } from "constructs";
import { AppRole, type AppRoleOptions } from "./approle";
import { AuthMethod, type AuthMethodOptions } from "./auth-method";

/**
 * The AppRole auth method: programs log in with a RoleID and a SecretID.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/approle
 */
export class AppRoleAuth extends AuthMethod {
  readonly pathReference: string;
  readonly accessor: string;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, or a TTL is malformed.
   */
  constructor(scope: Construct, id: string, options: AuthMethodOptions = {}) {
    super(scope, id, options, { path: "approle", description: "Logins of programs" });
    const resource = new AuthBackend(this, "Resource", { type: "approle", ...this.attributes });
    this.node.defaultChild = resource;
    this.pathReference = resource.path;
    this.accessor = resource.accessor;
  }

  /** Declares a login of a program. */
  addRole(name: string, options: AppRoleOptions = {}): AppRole {
    return new AppRole(this, name, { ...options, name, auth: this });
  }
}
