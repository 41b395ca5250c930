import { JwtAuthBackend } from "@cdktf/provider-vault/lib/jwt-auth-backend";
import type { Construct } from "constructs";
import { requireText } from "../core/texts";
import { AuthMethod, type AuthMethodOptions } from "./auth-method";
import { gitHubActionsBinding, type GitHubActionsRoleOptions } from "./jwt-github-actions";
import { gitLabCiBinding, type GitLabCiRoleOptions } from "./jwt-gitlab-ci";
import { type JwtKeys, keyAttributes } from "./jwt-keys";
import { algorithmAttributes, defaultRoleAttributes, type JwtAlgorithm } from "./jwt-options";
import { JwtRole, type JwtRoleOptions } from "./jwt-role";

export interface JwtAuthOptions extends AuthMethodOptions {
  readonly keys: JwtKeys;
  /** What `iss` must be. @default keys.discoveryUrl, else any: whoever has a key is believed */
  readonly boundIssuer?: string;
  /** How tokens may be signed. @default each of JwtAlgorithm */
  readonly supportedAlgorithms?: readonly JwtAlgorithm[];
  /** The role of a login that names none; one of this method. @default none */
  readonly defaultRole?: string;
}

/**
 * The JWT auth method: programs log in with a token that somebody else, such as a CI server, has signed.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/jwt
 */
export class JwtAuth extends AuthMethod {
  readonly pathReference: string;
  readonly accessor: string;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, there is not exactly one source of keys, or an option can't be
   * used. A defaultRole that is not declared fails the synthesis.
   */
  constructor(scope: Construct, id: string, options: JwtAuthOptions) {
    super(scope, id, options, { path: "jwt", description: "Logins by signed tokens" });
    const where = this.node.path;
    const { supportedAlgorithms, defaultRole, boundIssuer = options.keys.discoveryUrl } = options;
    const resource = new JwtAuthBackend(this, "Resource", {
      type: "jwt",
      ...this.attributes,
      ...keyAttributes(where, options.keys),
      ...(boundIssuer === undefined ? {} : { boundIssuer: requireText(where, "boundIssuer", boundIssuer) }),
      ...algorithmAttributes(where, supportedAlgorithms),
      ...defaultRoleAttributes(this, defaultRole),
    });
    this.node.defaultChild = resource;
    this.pathReference = resource.path;
    this.accessor = resource.accessor;
  }

  /** Declares a login of whoever holds a token that its bindings fit. */
  addRole(name: string, options: JwtRoleOptions): JwtRole {
    return new JwtRole(this, name, { ...options, name, auth: this });
  }

  /**
   * Declares a login of workflows of GitHub Actions. The method's keys are GitHub's: `gitHubActionsKeys`.
   *
   * @see https://docs.github.com/en/actions/reference/security/oidc
   */
  addGitHubActionsRole(name: string, options: GitHubActionsRoleOptions): JwtRole {
    return this.addRole(name, gitHubActionsBinding(`${this.node.path}/${name}`, options));
  }

  /**
   * Declares a login of jobs of GitLab CI. The method's keys are those of the GitLab server: `{ discoveryUrl:
   * "https://gitlab.company.com" }`.
   *
   * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/
   */
  addGitLabCiRole(name: string, options: GitLabCiRoleOptions): JwtRole {
    return this.addRole(name, gitLabCiBinding(`${this.node.path}/${name}`, options));
  }
}
