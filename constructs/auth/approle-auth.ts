import { AuthBackend } from "@cdktf/provider-vault/lib/auth-backend";
import { Construct } from "constructs";
import { requireMountPath } from "../core/names";
import { claimName } from "../provider/claim";
import { AppRole, type AppRoleOptions, type IAppRoleAuth } from "./approle";

export interface AppRoleAuthProps {
  /** Where the method is mounted below `auth/`. @default "approle" */
  readonly path?: string;
  /** @default "Logins of programs" */
  readonly description?: string;
}

/**
 * The AppRole auth method: programs log in with a RoleID and a SecretID.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/approle
 */
export class AppRoleAuth extends Construct implements IAppRoleAuth {
  readonly path: string;
  readonly pathReference: string;

  /**
   * @throws LeaseholdError when the path can't be used or is taken.
   */
  constructor(scope: Construct, id: string, props: AppRoleAuthProps = {}) {
    super(scope, id);
    this.path = requireMountPath(this.node.path, "path", props.path ?? "approle");
    claimName(this, "auth method", this.path);
    const resource = new AuthBackend(this, "Resource", {
      type: "approle",
      path: this.path,
      description: props.description ?? "Logins of programs",
    });
    this.node.defaultChild = resource;
    this.pathReference = resource.path;
  }

  /** Declares a login of a program. */
  addRole(name: string, options: AppRoleOptions = {}): AppRole {
    return new AppRole(this, name, { ...options, name, auth: this });
  }
}
