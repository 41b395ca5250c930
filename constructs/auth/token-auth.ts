import { Construct } from "constructs";
import { place, type Placeable } from "../provider/placement";
import { AuthMethod, type IAuthMethod } from "./auth-method";
import { TokenRole, type TokenRoleOptions } from "./token-role";

/**
 * The token auth method, which every Vault has at `auth/token`: nothing is mounted. Its roles say what tokens a token may make.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/token
 */
export class TokenAuth extends Construct implements IAuthMethod {
  private readonly method: IAuthMethod;

  /**
   * @throws LeaseholdError when the namespace has one already.
   */
  constructor(scope: Construct, id: string, options: Placeable = {}) {
    super(scope, id);
    place(this, options.namespace);
    this.method = AuthMethod.fromPath(this, "Method", "token");
  }

  get path(): string {
    return this.method.path;
  }

  get pathReference(): string {
    return this.method.pathReference;
  }

  /** Entities of tokens that are made with `entity_alias` have their alias here. */
  get accessor(): string {
    return this.method.accessor;
  }

  /** Declares what tokens may be made. */
  addRole(name: string, options: TokenRoleOptions = {}): TokenRole {
    return new TokenRole(this, name, { ...options, name, auth: this });
  }
}
