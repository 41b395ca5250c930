import type { TerraformStack } from "cdktf";
import { z } from "zod";
import { JwtAuth } from "../../constructs/auth/jwt-auth";
import { ExternalGroup } from "../../constructs/identity/external-group";
import { ConstructTrial } from "./construct-trial";
import { describeOnEachServer } from "./rig";
import { TokenSigner } from "./signed-tokens";

const path = "jwt-trial";
const audience = "https://vault.company.com";
const loginAnswer = z.object({
  auth: z.object({
    client_token: z.string(),
    policies: z.array(z.string()),
    metadata: z.record(z.string(), z.string()),
  }),
});

interface Parameters {
  readonly publicKey: string;
}

function declare(stack: TerraformStack, { publicKey }: Parameters): void {
  const auth = new JwtAuth(stack, "Logins", {
    path,
    keys: { publicKeys: [publicKey] },
    boundIssuer: "tests",
    supportedAlgorithms: ["RS256"],
    defaultRole: "App",
    tuning: { maxLeaseTtl: "2d", passthroughRequestHeaders: ["X-Request-Id"] },
  });
  const app = auth.addRole("App", {
    boundAudiences: [audience],
    boundClaims: { "/company/team": ["orders", "shipping"] },
    groupsClaim: "groups",
    claimMappings: { email: "mail" },
    expirationLeeway: "1s",
    clockSkewLeeway: "none",
  });
  app.grantPolicy.addRule({ path: "sys/host-info", capabilities: ["read"], reason: "For the test" });
  auth.addRole("pattern", { boundAudiences: [audience], boundClaims: { sub: "job:*" }, boundClaimsType: "glob" });
  auth.addRole("comma", { boundAudiences: [audience], boundClaims: { unit: "Sales, Europe" } });
  auth.addGitHubActionsRole("deploy", { audience, repository: "company/orders", ref: "refs/heads/main" });
  auth.addGitHubActionsRole("release", { audience, organization: "company", ref: "refs/tags/v*" });
  auth.addGitHubActionsRole("production", { audience, repository: "company/orders", environment: "production" });
  auth.addGitLabCiRole("gitlab", { audience, projectPath: "company/orders", ref: "main" });
  const group = new ExternalGroup(stack, "Auditors", { name: "jwt-trial-auditors" }).addAlias(auth, "auditors");
  group.grantPolicy.addRule({ path: "sys/audit-log", capabilities: ["read"], reason: "For the test" });
}

const good = { iss: "tests", sub: "alice", aud: audience, company: { team: "orders" }, groups: ["staff"] };
const github = {
  iss: "tests",
  aud: audience,
  sub: "repo:company/orders:ref:refs/heads/main",
  repository: "company/orders",
  repository_owner: "company",
  ref: "refs/heads/main",
  event_name: "push",
};
const gitlab = {
  iss: "tests",
  aud: audience,
  sub: "project_path:company/orders:ref_type:branch:ref:main",
  project_path: "company/orders",
  namespace_path: "company",
  ref: "main",
  ref_type: "branch",
  ref_protected: "true",
};

describeOnEachServer("JWT", (_, lab) => {
  const signer = new TokenSigner();
  const trial = new ConstructTrial<Parameters>(lab, {
    name: "jwt-trial",
    declare,
    parameters: { publicKey: signer.publicKey },
  });
  const vault = () => lab.operator();
  const login = (role: string | undefined, jwt: string) =>
    vault()
      .ask(`auth/${path}/login`, { jwt, ...(role === undefined ? {} : { role }) }, loginAnswer)
      .then(({ auth }) => auth);
  const loginWith = (role: string | undefined, claims: Readonly<Record<string, unknown>>) =>
    login(role, signer.sign(claims));
  const policies = [`${path}-app`, "group-jwt-trial-auditors"];

  async function cleanUp(): Promise<void> {
    await vault().delete(`sys/auth/${path}`);
    await vault().delete("identity/group/name/jwt-trial-auditors");
    for (const each of policies) await vault().delete(`sys/policies/acl/${each}`);
    trial.forget();
  }

  beforeAll(async () => {
    await cleanUp();
    await trial.deploy();
  });

  afterAll(cleanUp);

  it("has an empty second plan", async () => {
    expect((await trial.plan()).code).toBe(0);
  });

  it("lets the right token in, by the default role too, with what was granted", async () => {
    const auth = await loginWith(undefined, { ...good, email: "alice@company.com" });
    expect(auth.policies).toEqual(["default", `${path}-app`]);
    expect(auth.metadata).toMatchObject({ role: "app", mail: "alice@company.com" });
    const paths = ["sys/host-info", "sys/host-infos", "sys/audit-log"];
    const answer = z.object({ data: z.record(z.string(), z.unknown()) });
    const { data } = await vault().ask("sys/capabilities", { token: auth.client_token, paths }, answer);
    expect(data).toMatchObject({ "sys/host-info": ["read"], "sys/host-infos": ["deny"], "sys/audit-log": ["deny"] });
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ["audience", { aud: "https://elsewhere.company.com" }, /audience/],
    ["issuer", { iss: "somebody" }, /issuer/],
    ["claim", { company: { team: "pirates" } }, /does not match any associated bound claim/],
    ["lack of a claim", { company: {} }, /is missing/],
    ["time: it is over", { exp: Math.floor(Date.now() / 1000) - 60 }, /expired/],
    ["groups: there are none", { groups: undefined }, /"groups" claim not found/],
  ])("refuses the wrong %s", async (_title, claims, reason) => {
    await expect(loginWith("app", { ...good, ...claims })).rejects.toThrow(reason);
  });

  it("refuses what another key has signed", async () => {
    await expect(login("app", new TokenSigner().sign(good))).rejects.toThrow(/no known key successfully validated/);
  });

  it("fits globs, and values with a comma", async () => {
    await expect(loginWith("pattern", { ...good, sub: "job:17" })).resolves.toBeDefined();
    await expect(loginWith("pattern", { ...good, sub: "person:17" })).rejects.toThrow(/does not match/);
    await expect(loginWith("comma", { ...good, unit: "Sales, Europe" })).resolves.toBeDefined();
    await expect(loginWith("comma", { ...good, unit: "Sales" })).rejects.toThrow(/does not match/);
  });

  it("gives a group of the token what the external group was granted, and others not", async () => {
    const capabilitiesOf = async (groups: readonly string[]) => {
      const { client_token } = await loginWith("app", { ...good, sub: `member of ${groups.join(" ")}`, groups });
      const answer = z.object({ data: z.object({ "sys/audit-log": z.array(z.string()) }) });
      const body = { token: client_token, paths: ["sys/audit-log"] };
      return (await vault().ask("sys/capabilities", body, answer)).data["sys/audit-log"];
    };
    expect(await capabilitiesOf(["auditors"])).toEqual(["read"]);
    expect(await capabilitiesOf(["auditor"])).toEqual(["deny"]);
  });

  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ["the repository's branch", "deploy", {}],
    ["the environment", "production", { environment: "production", ref: "refs/heads/other" }],
    ["a tag of any repository", "release", { repository: "company/billing", ref: "refs/tags/v1.2" }],
  ])("lets a workflow of %s in", async (_title, role, claims) => {
    const { metadata } = await loginWith(role, { ...github, ...claims });
    expect(metadata).toMatchObject({ role, repository: { ...github, ...claims }.repository });
  });

  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ["repository", "deploy", { repository: "company/orders-fork" }],
    ["owner", "release", { repository_owner: "company-evil", ref: "refs/tags/v1.2" }],
    ["branch", "deploy", { ref: "refs/heads/main2" }],
    ["kind of ref", "release", { ref: "refs/heads/v1.2" }],
    ["event", "deploy", { event_name: "pull_request_target" }],
    ["environment", "production", { environment: "staging" }],
    ["lack of an environment", "production", {}],
    ["audience", "deploy", { aud: "https://github.com/company" }],
  ])("refuses a workflow of the wrong %s", async (_title, role, claims) => {
    await expect(loginWith(role, { ...github, ...claims })).rejects.toThrow(/error validating|is missing/);
  });

  it("lets a job of the project's protected branch in, and no other", async () => {
    await expect(loginWith("gitlab", gitlab)).resolves.toBeDefined();
    for (const wrong of [
      { project_path: "company/orders-fork" },
      { ref: "feature" },
      { ref_type: "tag" },
      { ref_protected: "false" },
      { aud: "https://gitlab.company.com" },
    ]) {
      await expect(loginWith("gitlab", { ...gitlab, ...wrong })).rejects.toThrow(/error validating/);
    }
  });

  it("is destroyed clean", async () => {
    await trial.destroy();
    expect(await vault().exists(`sys/auth/${path}`)).toBe(false);
    expect(await vault().list("identity/group/name")).not.toContain("jwt-trial-auditors");
    for (const each of policies) expect(await vault().list("sys/policies/acl")).not.toContain(each);
  });
});
