import { GithubAuthBackend } from "@cdktf/provider-vault/lib/github-auth-backend";
import type { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { requireWhole } from "../core/numbers";
import { requireHttpsUrl } from "../core/urls";
import type { SubjectOptions } from "../policy/subject-policies";
import { VaultEndpoint } from "../provider/vault-endpoint";
import { AuthMethod, type AuthMethodOptions } from "./auth-method";
import { GitHubTeam, GitHubUser, isGitHubLogin } from "./github-mapping";
import { tokenAttributes, type TokenOptions } from "../core/token-options";

export interface GitHubAuthOptions extends AuthMethodOptions, TokenOptions {
  /** Name of the organization that people must be in, as in its URL. */
  readonly organization: string;
  /**
   * Its number, which it keeps when it is renamed and which nobody else can get: `id` in https://api.github.com/orgs/NAME.
   * @default Vault asks GitHub for it when the method is written, which fails where GitHub can't be reached
   */
  readonly organizationId?: number;
  /** URL of the API of a GitHub Enterprise Server, such as `https://github.company.com/api/v3`. @default github.com's */
  readonly baseUrl?: string;
}

/**
 * The GitHub auth method: people log in with a personal access token, and get the policies of their teams. Vault sees that token,
 * which can do more than log in: prefer OIDC where there is a choice. OpenBao has no such method.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/github
 */
export class GitHubAuth extends AuthMethod {
  readonly pathReference: string;
  readonly accessor: string;

  /**
   * @throws LeaseholdError when the path is taken, the organization, its number or the URL can't be used, or the server lacks the method.
   */
  constructor(scope: Construct, id: string, options: GitHubAuthOptions) {
    super(scope, id, options, { path: "github", description: "Logins of the organization's people" });
    const where = this.node.path;
    VaultEndpoint.of(this).server.require(where, `auth method ${this.path}`, "gitHubLogin");
    const { organization, organizationId, baseUrl } = options;
    if (!isGitHubLogin(organization)) {
      throw new LeaseholdError(
        where,
        `organization ${show(organization)} can't be one of GitHub's`,
        "write it as in its URL: letters, digits and single -, 39 characters at most",
      );
    }
    const resource = new GithubAuthBackend(this, "Resource", {
      ...this.attributes,
      organization,
      ...(organizationId === undefined
        ? {}
        : { organizationId: requireWhole(where, "organizationId", organizationId, 1, Number.MAX_SAFE_INTEGER) }),
      // Vault adds the slash, which would be a change of plan for ever.
      ...(baseUrl === undefined ? {} : { baseUrl: requireHttpsUrl(where, "baseUrl", baseUrl).replace(/\/*$/, "/") }),
      ...tokenAttributes(where, options),
    });
    this.node.defaultChild = resource;
    this.pathReference = resource.path;
    this.accessor = resource.accessor;
  }

  /**
   * Gives a team of the organization policies.
   *
   * @throws LeaseholdError when the name can't be used or is taken.
   */
  addTeam(name: string, options: SubjectOptions = {}): GitHubTeam {
    return new GitHubTeam(this, `team-${name}`, { ...options, name, auth: this });
  }

  /**
   * Gives one person of the organization policies.
   *
   * @throws LeaseholdError when the name can't be used or is taken.
   */
  addUser(name: string, options: SubjectOptions = {}): GitHubUser {
    return new GitHubUser(this, `user-${name}`, { ...options, name, auth: this });
  }
}
