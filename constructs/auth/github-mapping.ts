import { GithubTeam } from "@cdktf/provider-vault/lib/github-team";
import { GithubUser } from "@cdktf/provider-vault/lib/github-user";
import type { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { LoginMapping, type LoginMappingProps } from "./login-mapping";

/** Whether a text can name an account or organization of GitHub's. */
export function isGitHubLogin(name: string): boolean {
  return /^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}$/.test(name) && name.length <= 39;
}

/**
 * A team: its members get its policies.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/github#map-github-teams
 */
export class GitHubTeam extends LoginMapping {
  /**
   * @throws LeaseholdError when the name is no slug of a team's, or is taken.
   */
  constructor(scope: Construct, id: string, props: LoginMappingProps) {
    const where = `${scope.node.path}/${id}`;
    super(
      scope,
      id,
      "team",
      requireMapped(where, props.name, isSlug(props.name), "its slug, as in the team's URL"),
      props,
    );
    this.node.defaultChild = new GithubTeam(this, "Resource", {
      backend: this.auth.pathReference,
      team: this.name,
      policies: this.policies.names,
    });
  }
}

/**
 * One person.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/github#map-github-users
 */
export class GitHubUser extends LoginMapping {
  /**
   * @throws LeaseholdError when the name is no account's, or is taken.
   */
  constructor(scope: Construct, id: string, props: LoginMappingProps) {
    const where = `${scope.node.path}/${id}`;
    super(scope, id, "user", requireMapped(where, props.name, isGitHubLogin(props.name), "the account's name"), props);
    this.node.defaultChild = new GithubUser(this, "Resource", {
      backend: this.auth.pathReference,
      user: this.name,
      policies: this.policies.names,
    });
  }
}

function isSlug(name: string): boolean {
  return /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/.test(name) && name.length <= 100;
}

/** In lower case, as Vault keeps it. */
function requireMapped(where: string, name: string, fits: boolean, form: string): string {
  if (!fits) throw new LeaseholdError(where, `name ${show(name)} can't be mapped`, `give ${form}`);
  if (name.toLowerCase() === "default") {
    throw new LeaseholdError(
      where,
      `name ${show(name)} stands for everybody in Vault's own mapping`,
      "name the teams or people that you mean",
    );
  }
  return name.toLowerCase();
}
