import { GitHubAuth, type GitHubAuthOptions } from "../../../constructs/auth/github-auth";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { namedResource, onlyResource, stackWithVault, synth } from "../../helpers/synth";

function declare(options: Partial<GitHubAuthOptions> = {}) {
  const stack = stackWithVault();
  const auth = new GitHubAuth(stack, "GitHub", { organization: "company", ...options });
  return { stack, auth, fields: () => onlyResource(synth(stack), "vault_github_auth_backend") };
}

const rule = { path: "database/creds/app", capabilities: ["read"], reason: "For tests" } as const;

describe("GitHubAuth", () => {
  it("lets in the organization's people", () => {
    expect(declare().fields()).toEqual({
      path: "github",
      description: "Logins of the organization's people",
      organization: "company",
      token_ttl: 1200,
      token_max_ttl: 86_400,
    });
  });

  it("takes each option, the URL as Vault keeps it", () => {
    const options: Partial<GitHubAuthOptions> = {
      path: "people",
      description: "People",
      organizationId: 4711,
      baseUrl: "https://github.company.com/api/v3",
      tokenTtl: "5m",
      tuning: { listingVisibility: "unauth" },
    };
    expect(declare(options).fields()).toMatchObject({
      path: "people",
      description: "People",
      organization_id: 4711,
      base_url: "https://github.company.com/api/v3/",
      token_ttl: 300,
      tune: [expect.objectContaining({ listing_visibility: "unauth" })],
    });
    expect(declare({ baseUrl: "https://github.company.com/api/v3/" }).fields()["base_url"]).toBe(
      "https://github.company.com/api/v3/",
    );
  });

  it.each<[string, Partial<GitHubAuthOptions>, string]>([
    ["an organization that can't be", { organization: "a b" }, "organization \"a b\" can't be one of GitHub's"],
    ["an organization's URL", { organization: "github.com/a" }, 'organization "github.com/a" can\'t be one'],
    ["no organization", { organization: "" }, 'organization "" can\'t be one'],
    ["an organization's number 0", { organizationId: 0 }, "organizationId 0 is out of range"],
    ["a URL without TLS", { baseUrl: "http://github" }, 'baseUrl "http://github" is not an https URL'],
    ["an inverted TTL", { tokenTtl: "48h" }, "tokenTtl 48h exceeds tokenMaxTtl 24h"],
    ["a path that can't be", { path: "a//b" }, 'path "a//b" can\'t be used in a Vault path'],
  ])("refuses %s", (_, options, problem) => {
    expect(() => declare(options)).toThrow(`[dev/GitHub] ${problem}`);
  });
});

describe.each([
  ["addTeam", "vault_github_team", "team"],
  ["addUser", "vault_github_user", "user"],
] as const)("GitHubAuth.%s", (add, type, kind) => {
  it("maps a name to a policy made with the first grant", () => {
    const { stack, auth } = declare();
    const subject = auth[add]("developers");
    const fields = () => onlyResource(synth(stack), type);
    expect(fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_github_auth_backend\.GitHub_\w+\.path\}$/) as unknown,
      [kind]: "developers",
      policies: [],
    });
    subject.grantPolicy.addRule(rule);
    expect(fields()["policies"]).toEqual([`github-${kind}-developers`]);
    expect(namedResource(synth(stack), "vault_policy", `github-${kind}-developers`)["policy"]).toContain(rule.path);
  });

  it("takes policies by name", () => {
    const { stack, auth } = declare();
    auth[add]("developers", { policies: [new VaultPolicy(stack, "Dev", { name: "dev-policy" })] });
    expect(onlyResource(synth(stack), type)["policies"]).toEqual(["dev-policy"]);
  });

  it("refuses a name twice", () => {
    const { auth } = declare();
    auth[add]("developers");
    expect(() => auth[add]("developers")).toThrow(/already a Construct with name/);
  });

  it.each(["", "a b", "a/b", "@developers", "company/developers", "${a}"])("refuses the name %j", (name) => {
    expect(() => declare().auth[add](name)).toThrow(`] name ${JSON.stringify(name)} can't be mapped: give `);
  });

  it("refuses the name that stands for everybody", () => {
    expect(() => declare().auth[add]("default")).toThrow(
      '] name "default" stands for everybody in Vault\'s own mapping',
    );
  });
});

describe("GitHub's names", () => {
  it("are a team's slug, not its title", () => {
    expect(() => declare().auth.addTeam("Developers")).toThrow(
      "[dev/GitHub/team-Developers] name \"Developers\" can't be mapped: give its slug, as in the team's URL",
    );
  });

  it("are an account's in lower case, as Vault keeps it", () => {
    const { auth } = declare();
    expect(auth.addUser("Octo-Cat").name).toBe("octo-cat");
    expect(() => auth.addUser("octo-cat")).toThrow('user of auth/github "octo-cat" is declared already');
    expect(() => auth.addUser("x".repeat(40))).toThrow("can't be mapped: give the account's name");
  });
});
