import type { TerraformStack } from "cdktf";
import { z } from "zod";
import { AwsAuth } from "../../constructs/auth/aws-auth";
import { AwsCredentials } from "../../constructs/aws/aws-credentials";
import { GitHubAuth } from "../../constructs/auth/github-auth";
import { ProviderFeatures } from "../../constructs/core/provider-features";
import { SecretInput } from "../../constructs/core/secret-input";
import { ConstructTrial } from "./construct-trial";
import { readParts } from "./parts";
import { describeOnEachServer } from "./rig";

const answer = z.object({ data: z.record(z.string(), z.unknown()) });
const rule = { path: "database/creds/shop", capabilities: ["read"], reason: "For tests" } as const;

/** AWS and GitHub can't be reached from a test: what is declared is applied, and read back field by field. */
interface Parameters {
  readonly granted: boolean;
}

function declareAws(stack: TerraformStack, { granted }: Parameters): void {
  const aws = new AwsAuth(stack, "Aws", {
    path: "aws-trial",
    credentials: AwsCredentials.accessKey(
      SecretInput.variable("aws_access_key"),
      SecretInput.variable("aws_secret_key"),
    ),
    serverIdHeader: "vault.company.com",
    stsEndpoint: "https://sts.eu-central-1.amazonaws.com",
    stsRegion: "eu-central-1",
    iamEndpoint: "https://iam.amazonaws.com",
    ec2Endpoint: "https://ec2.eu-central-1.amazonaws.com",
    maxRetries: 2,
    tuning: { maxLeaseTtl: "24h" },
  });
  const shop = aws.addIamRole("Shop", {
    principals: ["arn:aws:iam::123456789012:role/shop", "arn:aws:iam::123456789012:role/shop-*"],
    resolveUniqueIds: false,
    tokenTtl: "10m",
  });
  if (granted) shop.grantPolicy.addRule(rule);
  aws.addIamRole("inferred", {
    principals: ["arn:aws:iam::123456789012:role/*"],
    inferInstancesOf: "eu-central-1",
    vpcIds: ["vpc-0123456789abcdef0"],
  });
  aws.addEc2Role("machines", {
    accountIds: ["123456789012"],
    amiIds: ["ami-0123456789abcdef0"],
    regions: ["eu-central-1"],
    vpcIds: ["vpc-0123456789abcdef0"],
    subnetIds: ["subnet-0123456789abcdef0"],
    instanceIds: ["i-0123456789abcdef0"],
    instanceRoleArns: ["arn:aws:iam::123456789012:role/machines"],
    instanceProfileArns: ["arn:aws:iam::123456789012:instance-profile/machines*"],
    roleTag: "VaultRole",
    disallowReauthentication: true,
  });
}

function declareGitHub(stack: TerraformStack, { granted }: Parameters): void {
  const github = new GitHubAuth(stack, "GitHub", {
    path: "github-trial",
    organization: "company",
    organizationId: 4711,
    baseUrl: "https://github.company.com/api/v3",
    tokenTtl: "10m",
    tuning: { maxLeaseTtl: "24h", listingVisibility: "unauth" },
  });
  const developers = github.addTeam("developers");
  if (granted) developers.grantPolicy.addRule(rule);
  github.addUser("Octo-Cat").grantPolicy.addRule(rule);
  github.addTeam("nobodies");
}

describeOnEachServer("AWS", (product, lab) => {
  const secrets = { aws_access_key: "AKIAIOSFODNN7EXAMPLE", aws_secret_key: "canary-of-the-secret-key" };
  const trial = new ConstructTrial(lab, { name: "aws", declare: declareAws, parameters: { granted: true }, secrets });
  const vault = () => lab.operator();
  const read = (path: string) =>
    vault()
      .read(`auth/aws-trial/${path}`, answer)
      .then(({ data }) => data);

  async function cleanUp(): Promise<void> {
    await vault().delete("sys/auth/aws-trial");
    await vault().delete("sys/policies/acl/aws-trial-shop");
    trial.forget();
  }

  beforeAll(cleanUp);
  afterAll(cleanUp);

  if (product === "openbao") {
    it("is refused where the server has no such method", async () => {
      await expect(trial.deploy()).rejects.toThrow(/OpenBao 2\.\d+ lacks the AWS auth method \(every Vault has it\)/);
    });
    return;
  }

  it("T14: has an empty second plan", async () => {
    await trial.deploy();
    expect((await trial.plan()).code).toBe(0);
  });

  it("has its client configured as declared", async () => {
    const client = await read("config/client");
    expect(client).toMatchObject({
      access_key: "AKIAIOSFODNN7EXAMPLE",
      iam_server_id_header_value: "vault.company.com",
      sts_endpoint: "https://sts.eu-central-1.amazonaws.com",
      sts_region: "eu-central-1",
      use_sts_region_from_client: false,
      iam_endpoint: "https://iam.amazonaws.com",
      endpoint: "https://ec2.eu-central-1.amazonaws.com",
      max_retries: 2,
    });
    expect(JSON.stringify(client)).not.toContain(secrets.aws_secret_key);
    expect((await vault().read("sys/auth/aws-trial/tune", answer)).data).toMatchObject({ max_lease_ttl: 86_400 });
  });

  it("T15: keeps the secret key in the state only where the provider has no other way", () => {
    const writeOnly = ProviderFeatures.of(readParts().provider.constraint).has("awsSecretKeyWriteOnly");
    expect(trial.state.includes(secrets.aws_secret_key)).toBe(!writeOnly);
  });

  it("has the roles as declared", async () => {
    expect(await read("role/shop")).toMatchObject({
      auth_type: "iam",
      bound_iam_principal_arn: ["arn:aws:iam::123456789012:role/shop", "arn:aws:iam::123456789012:role/shop-*"],
      resolve_aws_unique_ids: false,
      inferred_entity_type: "",
      token_ttl: 600,
      token_max_ttl: 86_400,
      token_policies: ["aws-trial-shop"],
    });
    expect(await read("role/inferred")).toMatchObject({
      auth_type: "iam",
      bound_iam_principal_arn: ["arn:aws:iam::123456789012:role/*"],
      resolve_aws_unique_ids: true,
      inferred_entity_type: "ec2_instance",
      inferred_aws_region: "eu-central-1",
      bound_vpc_id: ["vpc-0123456789abcdef0"],
    });
    expect(await read("role/machines")).toMatchObject({
      auth_type: "ec2",
      bound_account_id: ["123456789012"],
      bound_ami_id: ["ami-0123456789abcdef0"],
      bound_region: ["eu-central-1"],
      bound_vpc_id: ["vpc-0123456789abcdef0"],
      bound_subnet_id: ["subnet-0123456789abcdef0"],
      bound_ec2_instance_id: ["i-0123456789abcdef0"],
      bound_iam_role_arn: ["arn:aws:iam::123456789012:role/machines"],
      bound_iam_instance_profile_arn: ["arn:aws:iam::123456789012:instance-profile/machines*"],
      role_tag: "VaultRole",
      disallow_reauthentication: true,
      allow_instance_migration: false,
    });
  });

  it("takes a grant back", async () => {
    await trial.deploy({ granted: false });
    expect((await read("role/shop"))["token_policies"]).toEqual([]);
    expect((await trial.plan()).code).toBe(0);
  });

  it("leaves nothing behind", async () => {
    await trial.destroy();
    expect(await vault().exists("sys/auth/aws-trial")).toBe(false);
  });
});

describeOnEachServer("GitHub", (product, lab) => {
  const trial = new ConstructTrial(lab, { name: "github", declare: declareGitHub, parameters: { granted: true } });
  const vault = () => lab.operator();
  const read = (path: string) =>
    vault()
      .read(`auth/github-trial/${path}`, answer)
      .then(({ data }) => data);

  async function cleanUp(): Promise<void> {
    await vault().delete("sys/auth/github-trial");
    for (const name of ["team-developers", "user-octo-cat"]) {
      await vault().delete(`sys/policies/acl/github-trial-${name}`);
    }
    trial.forget();
  }

  beforeAll(cleanUp);
  afterAll(cleanUp);

  if (product === "openbao") {
    it("is refused where the server has no such method", async () => {
      await expect(trial.deploy()).rejects.toThrow(
        /OpenBao 2\.\d+ lacks the GitHub auth method \(every Vault has it\)/,
      );
    });
    return;
  }

  it("T14: has an empty second plan", async () => {
    await trial.deploy();
    expect((await trial.plan()).code).toBe(0);
  });

  it("is configured as declared", async () => {
    expect(await read("config")).toMatchObject({
      organization: "company",
      organization_id: 4711,
      base_url: "https://github.company.com/api/v3/",
      token_ttl: 600,
      token_max_ttl: 86_400,
    });
    expect((await vault().read("sys/auth/github-trial/tune", answer)).data).toMatchObject({
      max_lease_ttl: 86_400,
      listing_visibility: "unauth",
    });
  });

  it("maps teams and people to what they were granted", async () => {
    expect(await read("map/teams/developers")).toEqual({ key: "developers", value: "github-trial-team-developers" });
    expect(await read("map/users/octo-cat")).toEqual({ key: "octo-cat", value: "github-trial-user-octo-cat" });
    expect(await read("map/teams/nobodies")).toEqual({ key: "nobodies" });
  });

  it("takes a grant back from a team", async () => {
    await trial.deploy({ granted: false });
    expect((await read("map/teams/developers"))["value"] ?? "").toBe("");
    expect((await trial.plan()).code).toBe(0);
  });

  it("leaves nothing behind", async () => {
    await trial.destroy();
    expect(await vault().exists("sys/auth/github-trial")).toBe(false);
  });
});
