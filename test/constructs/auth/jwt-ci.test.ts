import type { GitHubActionsRoleOptions } from "../../../constructs/auth/jwt-github-actions";
import type { GitLabCiRoleOptions } from "../../../constructs/auth/jwt-gitlab-ci";
import { JwtAuth } from "../../../constructs/auth/jwt-auth";
import { gitHubActionsKeys } from "../../../constructs/auth/jwt-keys";
import { onlyResource, stackWithVault, synth } from "../../helpers/synth";

const audience = "https://vault.company.com";

function declare(add: (auth: JwtAuth) => void) {
  const stack = stackWithVault();
  add(new JwtAuth(stack, "Ci", { keys: gitHubActionsKeys }));
  return onlyResource(synth(stack), "vault_jwt_auth_backend_role");
}

const github = (options: Partial<GitHubActionsRoleOptions>) =>
  declare((auth) => void auth.addGitHubActionsRole("deploy", { audience, ...options }));
const gitlab = (options: Partial<GitLabCiRoleOptions>) =>
  declare((auth) => void auth.addGitLabCiRole("deploy", { audience, ...options }));

describe("a role of GitHub Actions", () => {
  const repository = "company/orders";

  it("is for one branch of one repository, and what its writers start", () => {
    expect(github({ repository, ref: "refs/heads/main", tokenTtl: "5m" })).toMatchObject({
      bound_audiences: [audience],
      bound_claims: { repository, ref: "refs/heads/main", event_name: "push,schedule,workflow_dispatch" },
      bound_claims_type: "string",
      user_claim: "repository",
      claim_mappings: { repository: "repository", ref: "ref" },
      token_ttl: 300,
    });
  });

  it("takes each binding", () => {
    expect(
      github({
        organization: "company",
        repositoryId: "17",
        ref: "refs/tags/v*",
        environment: "production",
        events: ["release", "pull_request"],
        strangersMayStart: "the environment has reviewers",
      }),
    ).toMatchObject({
      bound_claims: {
        repository_owner: "company",
        repository_id: "17",
        ref: "refs/tags/v*",
        environment: "production",
        event_name: "release,pull_request",
      },
      bound_claims_type: "glob",
    });
    const any = github({ repository, anyRef: "it only reads" })["bound_claims"];
    expect(any).toEqual({ repository, event_name: "push,schedule,workflow_dispatch" });
  });

  it.each<[Partial<GitHubActionsRoleOptions>, string]>([
    [{ repository, ref: "refs/heads/main", audience: "" }, `boundAudiences "" can't be compared with`],
    [{ ref: "refs/heads/main" }, "neither repository and organization are given"],
    [{ repository, organization: "company" }, "both repository and organization are given"],
    [
      { repository: "orders", ref: "refs/heads/main" },
      `repository "orders" can't be one: write organisation/repository`,
    ],
    [{ repository: "company/*", ref: "refs/heads/main" }, `repository "company/*" can't be one`],
    [{ organization: "a/b", ref: "refs/heads/main" }, `organization "a/b" can't be one`],
    [{ repository, repositoryId: "x", ref: "refs/heads/main" }, `repositoryId "x" can't be one`],
    [{ repository, ref: "main" }, `ref "main" can't be one: write the whole ref`],
    [{ repository, ref: "refs/heads/*" }, `ref "refs/heads/*" can't be one`],
    [{ repository, ref: "refs/pull/1/merge" }, `ref "refs/pull/1/merge" can't be one`],
    [{ repository, environment: "*" }, `environment "*" can't be one`],
    [{ repository }, "ref and environment are missing"],
    [{ repository, anyRef: "yes" }, `anyRef "yes" is no reason`],
    [{ repository, environment: "a", anyRef: "it only reads" }, "anyRef is given, and ref or environment too"],
    [
      { repository, environment: "a", events: ["push", "pull_request_target"] },
      "events pull_request_target can be caused by",
    ],
    [{ repository, environment: "a", events: [] }, "events is empty"],
    [
      { repository, environment: "a", strangersMayStart: "it only reads" },
      "strangersMayStart is given, and events has none",
    ],
    [{ repository, environment: "a", events: ["issues"], strangersMayStart: "" }, `strangersMayStart "" is no reason`],
  ])("refuses %j", (options, problem) => {
    expect(() => github(options)).toThrow(`[dev/Ci/deploy] ${problem}`);
  });
});

describe("a role of GitLab CI", () => {
  const projectPath = "company/orders";

  it("is for protected branches of one project", () => {
    expect(gitlab({ projectPath })).toMatchObject({
      bound_audiences: [audience],
      bound_claims: { project_path: projectPath, ref_type: "branch", ref_protected: "true" },
      bound_claims_type: "string",
      user_claim: "project_path",
    });
  });

  it("takes each binding", () => {
    const fields = gitlab({
      namespacePath: "company/team",
      ref: "v*",
      refType: "tag",
      environment: "production",
      unprotectedRefs: "tags are only made by us",
    });
    expect(fields).toMatchObject({ bound_claims_type: "glob" });
    expect(fields["bound_claims"]).toEqual({
      namespace_path: "company/team",
      ref: "v*",
      ref_type: "tag",
      environment: "production",
    });
  });

  it.each<[Partial<GitLabCiRoleOptions>, string]>([
    [{ projectPath, audience: "" }, `boundAudiences "" can't be compared with`],
    [{}, "neither projectPath and namespacePath are given"],
    [{ projectPath, namespacePath: "company" }, "both projectPath and namespacePath are given"],
    [{ projectPath: "orders" }, `projectPath "orders" can't be one: write group/project`],
    [{ namespacePath: "company/*" }, `namespacePath "company/*" can't be one`],
    [{ projectPath, ref: "refs/heads/main" }, `ref "refs/heads/main" can't be one: write the name alone`],
    [{ projectPath, ref: "*" }, `ref "*" can't be one`],
    [{ projectPath, refType: "commit" as "tag" }, `refType "commit" is unknown: use branch or tag`],
    [{ projectPath, environment: "*" }, `environment "*" can't be one`],
    [{ projectPath, unprotectedRefs: "yes" }, `unprotectedRefs "yes" is no reason`],
  ])("refuses %j", (options, problem) => {
    expect(() => gitlab(options)).toThrow(`[dev/Ci/deploy] ${problem}`);
  });
});
