import { LeaseholdError, show } from "../core/errors";
import { requireReason } from "../core/reasons";
import { requireTexts } from "../core/texts";
import type { TokenOptions } from "../core/token-options";
import type { SubjectOptions } from "../policy/subject-policies";
import type { JwtRoleOptions } from "./jwt-role";

export interface GitHubActionsRoleOptions extends TokenOptions, SubjectOptions {
  /**
   * Whom the workflow asks a token for, such as the URL of Vault. Not GitHub's default, `https://github.com/ORGANISATION`, which
   * every service gets that asks for none.
   */
  readonly audience: string;
  /** `organisation/repository`. One of repository and organization. */
  readonly repository?: string;
  /** Every repository of an organisation. One of repository and organization. */
  readonly organization?: string;
  /** The number of the repository, which stays with it when its name is given to another one. @default not looked at */
  readonly repositoryId?: string;
  /** The branch or tag in full, `refs/heads/main`, `refs/tags/v*`; `*` at its end stands for any text. @default any, with environment */
  readonly ref?: string;
  /** The environment that the job names, with the protection that it has in GitHub. @default any, with ref */
  readonly environment?: string;
  /** Why it does not matter which branch runs, in place of ref and environment. */
  readonly anyRef?: string;
  /**
   * What may start the workflow. `pull_request_target`, `issue_comment` and `workflow_run` are started by strangers, and run on
   * the default branch. @default push, schedule and workflow_dispatch
   */
  readonly events?: readonly string[];
  /** Why strangers may start the workflow, where events has one that they can start. */
  readonly strangersMayStart?: string;
}

/** Events that somebody without write access to the repository can cause. */
const strangersEvents = [
  "discussion",
  "discussion_comment",
  "fork",
  "issue_comment",
  "issues",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "pull_request_target",
  "watch",
  "workflow_run",
];

/**
 * What the tokens of GitHub Actions must be like. Bound are their single claims: the form of `sub` can be changed by the owners of
 * a repository.
 *
 * @throws LeaseholdError when it is not said which repository, or from which branch, tag or environment, or a value can't be one.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export function gitHubActionsBinding(where: string, options: GitHubActionsRoleOptions): JwtRoleOptions {
  const { audience, repository, organization, repositoryId, ref, environment, ...others } = options;
  const { anyRef, events, strangersMayStart, ...login } = others;
  requireWhere(where, options, anyRef);
  return {
    ...login,
    boundAudiences: [audience],
    boundClaims: {
      ...(repository === undefined ? {} : { repository: requireForm(where, "repository", repository) }),
      ...(organization === undefined ? {} : { repository_owner: requireForm(where, "organization", organization) }),
      ...(repositoryId === undefined ? {} : { repository_id: requireForm(where, "repositoryId", repositoryId) }),
      ...(ref === undefined ? {} : { ref: requireForm(where, "ref", ref) }),
      ...(environment === undefined ? {} : { environment: requireForm(where, "environment", environment) }),
      event_name: requireEvents(where, events, strangersMayStart),
    },
    boundClaimsType: ref?.includes("*") === true ? "glob" : "string",
    userClaim: "repository",
    claimMappings: { repository: "repository", ref: "ref" },
  };
}

const forms = {
  repository: { pattern: /^[\w-]+\/[\w.-]+$/, form: "organisation/repository" },
  organization: { pattern: /^[\w-]+$/, form: "the organisation's name alone" },
  repositoryId: { pattern: /^\d+$/, form: "the number that GitHub's API gives as id" },
  ref: {
    pattern: /^refs\/(?:heads|tags)\/[^*\s]+\*?$/,
    form: "the whole ref, such as refs/heads/main or refs/tags/v*",
  },
  environment: { pattern: /^[\w.-][\w. -]*$/, form: "the environment's name" },
} as const;

function requireForm(where: string, field: keyof typeof forms, value: string): string {
  const { pattern, form } = forms[field];
  if (pattern.test(value)) return value;
  throw new LeaseholdError(where, `${field} ${show(value)} can't be one`, `write ${form}`);
}

function requireWhere(
  where: string,
  { repository, organization, ref, environment }: GitHubActionsRoleOptions,
  anyRef: string | undefined,
) {
  if ((repository === undefined) === (organization === undefined)) {
    throw new LeaseholdError(
      where,
      `${repository === undefined ? "neither" : "both"} repository and organization are given`,
      "name the repository, or the organisation if all of its repositories may log in",
    );
  }
  if (anyRef !== undefined) requireReason(where, "anyRef", anyRef);
  const isBound = ref !== undefined || environment !== undefined;
  if (isBound === (anyRef === undefined)) return;
  throw isBound
    ? new LeaseholdError(where, "anyRef is given, and ref or environment too", "leave anyRef out")
    : new LeaseholdError(
        where,
        "ref and environment are missing: whoever may push any branch could log in",
        "bind one of them, or say in anyRef why that is right here",
      );
}

function requireEvents(
  where: string,
  events: readonly string[] = ["push", "schedule", "workflow_dispatch"],
  strangersMayStart: string | undefined,
): string[] {
  const risky = events.filter((event) => strangersEvents.includes(event));
  if (risky.length > 0 && strangersMayStart === undefined) {
    throw new LeaseholdError(
      where,
      `events ${risky.join(", ")} can be caused by somebody without write access`,
      "leave them out, or say in strangersMayStart why that is right here",
    );
  }
  if (strangersMayStart !== undefined) {
    requireReason(where, "strangersMayStart", strangersMayStart);
    if (risky.length === 0) {
      throw new LeaseholdError(where, "strangersMayStart is given, and events has none of theirs", "leave it out");
    }
  }
  return requireTexts(where, "events", events);
}
