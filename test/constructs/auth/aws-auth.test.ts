import { AwsAuth, type AwsAuthOptions } from "../../../constructs/auth/aws-auth";
import { AwsCredentials, type WorkloadIdentity } from "../../../constructs/aws/aws-credentials";
import { SecretInput } from "../../../constructs/core/secret-input";
import { onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

const keys = [SecretInput.variable("aws_access_key"), SecretInput.variable("aws_secret_key")] as const;

const server = { product: "vault", edition: "enterprise", version: "1.21" } as const;

function declare(options: AwsAuthOptions = {}, provider = "~> 5.6") {
  const stack = stackWithVault({ provider, server });
  const auth = new AwsAuth(stack, "Aws", options);
  const client = () => onlyResource(synth(stack), "vault_aws_auth_backend_client");
  return { stack, auth, client, method: () => onlyResource(synth(stack), "vault_auth_backend") };
}

describe("AwsAuth", () => {
  it("asks AWS as the machine that it runs on, unless told otherwise", () => {
    const { client, method } = declare();
    expect(method()).toEqual({ type: "aws", path: "aws", description: "Logins of programs that run in AWS" });
    expect(client()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_auth_backend\.Aws_\w+\.path\}$/) as unknown,
      use_sts_region_from_client: false,
    });
  });

  it("takes endpoints, header, retries, path and tuning", () => {
    const { client, method } = declare({
      path: "cloud",
      description: "Cloud",
      tuning: { maxLeaseTtl: "1h" },
      serverIdHeader: "vault.company.com",
      stsEndpoint: "https://sts.eu-central-1.amazonaws.com",
      stsRegion: "eu-central-1",
      useStsRegionFromClient: true,
      iamEndpoint: "https://iam.amazonaws.com",
      ec2Endpoint: "https://ec2.eu-central-1.amazonaws.com",
      maxRetries: 0,
    });
    expect(method()).toMatchObject({ path: "cloud", description: "Cloud", tune: [expect.anything()] });
    expect(client()).toMatchObject({
      iam_server_id_header_value: "vault.company.com",
      sts_endpoint: "https://sts.eu-central-1.amazonaws.com",
      sts_region: "eu-central-1",
      use_sts_region_from_client: true,
      iam_endpoint: "https://iam.amazonaws.com",
      ec2_endpoint: "https://ec2.eu-central-1.amazonaws.com",
      max_retries: 0,
    });
  });

  it("takes an access key, with a warning where its secret lies in the state", () => {
    const { auth, client } = declare({ credentials: AwsCredentials.accessKey(...keys) });
    expect(client()).toMatchObject({ access_key: "${var.aws_access_key}", secret_key: "${var.aws_secret_key}" });
    expect(warnings(auth.node.findChild("Client"))).toEqual([
      expect.stringContaining("may lack secret_key_wo (first in 5.7)"),
    ]);
  });

  it("keeps the secret key out of the state where the provider can", () => {
    const credentials = AwsCredentials.accessKey(...keys, { version: 2 });
    const { auth, client, stack } = declare({ credentials }, ">= 5.7");
    expect(client()).toMatchObject({ secret_key_wo: "${var.aws_secret_key}", secret_key_wo_version: 2 });
    expect(client()).not.toHaveProperty("secret_key");
    expect(warnings(auth.node.findChild("Client"))).toEqual([]);
    expect(synth(stack).variable).toMatchObject({ aws_secret_key: { ephemeral: true } });
  });

  it("takes an identity that AWS trusts", () => {
    const credentials = AwsCredentials.workloadIdentity({
      audience: "sts.amazonaws.com",
      roleArn: "arn:aws:iam::123456789012:role/vault",
      tokenTtl: "30m",
    });
    expect(declare({ credentials }).client()).toMatchObject({
      identity_token_audience: "sts.amazonaws.com",
      role_arn: "arn:aws:iam::123456789012:role/vault",
      identity_token_ttl: 1800,
    });
  });

  it.each<[string, AwsAuthOptions, string]>([
    ["pasted credentials", { credentials: "AKIA" as unknown as AwsCredentials }, "credentials was given as a string"],
    ["an STS endpoint alone", { stsEndpoint: "https://sts.company.com" }, "stsEndpoint is given without stsRegion"],
    ["an STS region alone", { stsRegion: "eu-central-1" }, "stsRegion is given without stsEndpoint"],
    [
      "an STS endpoint without TLS",
      { stsEndpoint: "http://sts", stsRegion: "eu-central-1" },
      'stsEndpoint "http://sts" is not an https URL',
    ],
    [
      "a region that can't be",
      { stsEndpoint: "https://sts.company.com", stsRegion: "Frankfurt" },
      'stsRegion "Frankfurt" is not of AWS\'s form',
    ],
    ["an IAM endpoint without TLS", { iamEndpoint: "http://iam" }, 'iamEndpoint "http://iam" is not an https URL'],
    ["an EC2 endpoint without TLS", { ec2Endpoint: "http://ec2" }, 'ec2Endpoint "http://ec2" is not an https URL'],
    ["a header of two lines", { serverIdHeader: "a\nb" }, 'serverIdHeader "a\\nb" can\'t be compared with'],
    ["too many retries", { maxRetries: 101 }, "maxRetries 101 is out of range"],
    ["retries below none", { maxRetries: -1 }, "maxRetries -1 is out of range"],
    ["a path that can't be", { path: "" }, 'path "" can\'t be used in a Vault path'],
    [
      "a secret key's version 0",
      { credentials: AwsCredentials.accessKey(...keys, { version: 0 }) },
      "credentials.secretKeyVersion 0 is out of range",
    ],
  ])("refuses %s", (_, options, problem) => {
    expect(() => declare(options)).toThrow(`[dev/Aws] ${problem}`);
  });
});

describe("AwsCredentials", () => {
  it.each(["accessKey", "secretKey"])("refuses a pasted %s, and does not repeat it", (field) => {
    const paste = () => {
      const [accessKey, secretKey] = keys.map((key, at) =>
        (field === "accessKey") === (at === 0) ? ("AKIASECRET" as unknown as SecretInput) : key,
      ) as [SecretInput, SecretInput];
      return AwsCredentials.accessKey(accessKey, secretKey);
    };
    expect(paste).toThrow(`[AwsCredentials.accessKey] ${field} is a secret and was given as a string`);
    expect(paste).not.toThrow(/AKIASECRET/);
  });

  it.each<[string, Partial<WorkloadIdentity>, string]>([
    ["an audience that can't be", { audience: " a" }, 'audience " a" can\'t be compared with'],
    ["a role that is none", { roleArn: "vault" }, 'roleArn "vault" is not the ARN of a role'],
    ["a TTL of nothing", { tokenTtl: "0s" }, 'tokenTtl "0s" is not a duration'],
  ])("refuses %s", (_, change, problem) => {
    const identity = { audience: "sts.amazonaws.com", roleArn: "arn:aws:iam::123456789012:role/vault", ...change };
    expect(() => AwsCredentials.workloadIdentity(identity)).toThrow(`[AwsCredentials.workloadIdentity] ${problem}`);
  });
});
