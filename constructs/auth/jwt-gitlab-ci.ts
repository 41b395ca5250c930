import { requireChoice } from "../core/choices";
import { LeaseholdError, show } from "../core/errors";
import { requireReason } from "../core/reasons";
import type { TokenOptions } from "../core/token-options";
import type { SubjectOptions } from "../policy/subject-policies";
import type { JwtRoleOptions } from "./jwt-role";

const refTypes = ["branch", "tag"] as const;

export interface GitLabCiRoleOptions extends TokenOptions, SubjectOptions {
  /** What the job gives as `aud` of its `id_tokens`, such as the URL of Vault. */
  readonly audience: string;
  /** Path of the project with its groups, `group/project`. One of projectPath and namespacePath. */
  readonly projectPath?: string;
  /** Every project right in a group, `group` or `group/subgroup`. One of projectPath and namespacePath. */
  readonly namespacePath?: string;
  /** The branch or tag, such as `main` or `v*`; `*` at its end stands for any text. @default any */
  readonly ref?: string;
  /** What ref is. @default "branch" */
  readonly refType?: (typeof refTypes)[number];
  /** The environment that the job names. @default any */
  readonly environment?: string;
  /**
   * Why jobs of refs that are not protected may log in: whoever may push a branch can then. Merge requests run on such refs.
   * @default only protected refs
   */
  readonly unprotectedRefs?: string;
}

/**
 * What the tokens of GitLab's jobs must be like.
 *
 * @throws LeaseholdError when it is not said which project, or a value can't be one.
 * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload
 */
export function gitLabCiBinding(where: string, options: GitLabCiRoleOptions): JwtRoleOptions {
  const {
    audience,
    projectPath,
    namespacePath,
    ref,
    refType = "branch",
    environment,
    unprotectedRefs,
    ...login
  } = options;
  if ((projectPath === undefined) === (namespacePath === undefined)) {
    throw new LeaseholdError(
      where,
      `${projectPath === undefined ? "neither" : "both"} projectPath and namespacePath are given`,
      "name the project, or the group if all of its projects may log in",
    );
  }
  if (unprotectedRefs !== undefined) requireReason(where, "unprotectedRefs", unprotectedRefs);
  return {
    ...login,
    boundAudiences: [audience],
    boundClaims: {
      ...(projectPath === undefined ? {} : { project_path: requireForm(where, "projectPath", projectPath) }),
      ...(namespacePath === undefined ? {} : { namespace_path: requireForm(where, "namespacePath", namespacePath) }),
      ...(ref === undefined ? {} : { ref: requireForm(where, "ref", ref) }),
      ref_type: requireChoice(where, "refType", refType, refTypes),
      ...(environment === undefined ? {} : { environment: requireForm(where, "environment", environment) }),
      // GitLab writes it as a text.
      ...(unprotectedRefs === undefined ? { ref_protected: "true" } : {}),
    },
    boundClaimsType: ref?.includes("*") === true ? "glob" : "string",
    userClaim: "project_path",
    claimMappings: { project_path: "project_path", ref: "ref" },
  };
}

const forms = {
  projectPath: { pattern: /^[\w.-]+(?:\/[\w.-]+)+$/, form: "group/project" },
  namespacePath: { pattern: /^[\w.-]+(?:\/[\w.-]+)*$/, form: "the path of the group" },
  ref: { pattern: /^(?!refs\/)[^*\s]+\*?$/, form: "the name alone, such as main or v*" },
  environment: { pattern: /^[\w-][\w/. -]*$/, form: "the environment's name" },
} as const;

function requireForm(where: string, field: keyof typeof forms, value: string): string {
  const { pattern, form } = forms[field];
  if (pattern.test(value)) return value;
  throw new LeaseholdError(where, `${field} ${show(value)} can't be one`, `write ${form}`);
}
