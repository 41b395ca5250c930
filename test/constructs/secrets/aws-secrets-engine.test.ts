import { AwsCredentials } from "../../../constructs/aws/aws-credentials";
import { SecretInput } from "../../../constructs/core/secret-input";
import type { VaultServer } from "../../../constructs/core/server-features";
import { AwsSecretsEngine } from "../../../constructs/secrets/aws-secrets-engine";
import type { AwsSecretsEngineOptions } from "../../../constructs/secrets/aws-root-configuration";
import { addresses, onlyResource, resources, stackWithVault, synth, warnings } from "../../helpers/synth";

const keys = [SecretInput.variable("aws_access_key"), SecretInput.variable("aws_secret_key")] as const;
const credentials = AwsCredentials.accessKey(...keys);
const enterprise: VaultServer = { product: "vault", edition: "enterprise", version: "1.21" };

function declare(options: AwsSecretsEngineOptions = {}, provider = "~> 5.6", server: VaultServer = enterprise) {
  const stack = stackWithVault({ provider, server });
  const engine = new AwsSecretsEngine(stack, "Aws", options);
  const mount = () => onlyResource(synth(stack), "vault_aws_secret_backend");
  const written = () => resources(synth(stack), "vault_generic_endpoint");
  return { stack, engine, mount, written };
}

describe("AwsSecretsEngine", () => {
  it("works with what the machine has, unless told otherwise", () => {
    const { engine, mount, written } = declare();
    expect(mount()).toEqual({ path: "aws", description: "Short-lived credentials of AWS" });
    expect(written()).toEqual([]);
    expect(engine.path).toBe("aws");
  });

  it("takes settings of the mount and of the root configuration", () => {
    const { mount } = declare({
      path: "cloud",
      description: "Cloud",
      defaultLeaseTtl: "15m",
      maxLeaseTtl: "1h",
      preventDestroy: true,
      region: "eu-central-1",
      iamEndpoint: "https://iam.amazonaws.com",
      stsEndpoint: "https://sts.eu-central-1.amazonaws.com",
      stsRegion: "eu-central-1",
      maxRetries: 0,
    });
    expect(mount()).toEqual({
      path: "cloud",
      description: "Cloud",
      default_lease_ttl_seconds: 900,
      max_lease_ttl_seconds: 3600,
      lifecycle: { prevent_destroy: true },
      region: "eu-central-1",
      iam_endpoint: "https://iam.amazonaws.com",
      sts_endpoint: "https://sts.eu-central-1.amazonaws.com",
      sts_region: "eu-central-1",
      max_retries: 0,
    });
  });

  it("takes an access key, with a warning where its secret lies in the state", () => {
    const { engine, mount } = declare({ credentials });
    expect(mount()).toMatchObject({ access_key: "${var.aws_access_key}", secret_key: "${var.aws_secret_key}" });
    expect(warnings(engine.node.findChild("Resource"))).toEqual([
      expect.stringContaining("may lack secret_key_wo (first in 5.7)"),
    ]);
  });

  it("keeps the secret key out of the state where the provider can", () => {
    const { engine, mount } = declare({ credentials: AwsCredentials.accessKey(...keys, { version: 2 }) }, ">= 5.7");
    expect(mount()).toMatchObject({ secret_key_wo: "${var.aws_secret_key}", secret_key_wo_version: 2 });
    expect(mount()).not.toHaveProperty("secret_key");
    expect(warnings(engine.node.findChild("Resource"))).toEqual([]);
  });

  it("takes an identity that AWS trusts", () => {
    const workload = AwsCredentials.workloadIdentity({
      audience: "sts.amazonaws.com",
      roleArn: "arn:aws:iam::123456789012:role/vault",
    });
    expect(declare({ credentials: workload }).mount()).toMatchObject({
      identity_token_audience: "sts.amazonaws.com",
      role_arn: "arn:aws:iam::123456789012:role/vault",
      identity_token_ttl: 3600,
    });
  });

  it("writes a username template by itself: the provider does not send a changed one", () => {
    const usernameTemplate = '{{ printf "v-%s" (random 20) | truncate 32 }}';
    expect(declare({ usernameTemplate }).written()).toEqual([
      expect.objectContaining({
        path: expect.stringMatching(/\.path\}\/config\/root$/) as unknown,
        data_json: JSON.stringify({ username_template: usernameTemplate }),
        ignore_absent_fields: true,
        disable_delete: true,
      }),
    ]);
  });

  describe("that rotates its key", () => {
    const options = { credentials, rotateRoot: true, region: "eu-central-1" } as const;

    it("leaves the key alone from then on", () => {
      const { mount, written } = declare(options, ">= 5.7");
      expect(mount()).toMatchObject({
        region: "eu-central-1",
        lifecycle: { ignore_changes: ["access_key", "secret_key_wo_version"] },
      });
      expect(written()).toEqual([
        expect.objectContaining({
          path: expect.stringMatching(/\/config\/rotate-root$/) as unknown,
          lifecycle: { replace_triggered_by: [expect.stringMatching(/^vault_aws_secret_backend\.Aws_\w+\.id$/)] },
        }),
      ]);
    });

    it("writes settings apart where the provider would send the old key with them", () => {
      const { mount, stack, written } = declare({ ...options, preventDestroy: true }, ">= 4.4");
      expect(mount()).not.toHaveProperty("region");
      expect(mount()["lifecycle"]).toEqual({
        prevent_destroy: true,
        ignore_changes: ["access_key", "secret_key", "region", "iam_endpoint", "sts_endpoint"],
      });
      const settings = written().find(({ data_json: json }) => json !== "{}");
      expect(settings).toMatchObject({ data_json: JSON.stringify({ region: "eu-central-1" }) });
      const rotation = written().find(({ data_json: json }) => json === "{}") as { depends_on: string[] };
      expect(rotation.depends_on).toHaveLength(2);
      expect(addresses(synth(stack))).toHaveLength(3);
    });

    it("also has later providers' settings ignored that are written apart", () => {
      const { mount } = declare(options, "~> 5.6");
      expect(mount()["lifecycle"]).toEqual({
        ignore_changes: [
          "access_key",
          "secret_key",
          "region",
          "iam_endpoint",
          "sts_endpoint",
          "sts_region",
          "max_retries",
        ],
      });
    });

    it("may do so again and again on Vault Enterprise", () => {
      const period = declare({ credentials, automaticRotation: { period: "30d" } }, ">= 5.7");
      expect(period.mount()).toMatchObject({
        rotation_period: 2_592_000,
        lifecycle: { ignore_changes: ["access_key", "secret_key_wo_version"] },
      });
      const automaticRotation = { schedule: "0 3 * * SUN", window: "1h" } as const;
      expect(declare({ credentials, automaticRotation }, ">= 5.7").mount()).toMatchObject({
        rotation_schedule: "0 3 * * SUN",
        rotation_window: 3600,
      });
    });
  });

  it.each<[string, AwsSecretsEngineOptions, string]>([
    ["pasted credentials", { credentials: "AKIA" as unknown as AwsCredentials }, "credentials was given as a string"],
    ["a region that can't be", { region: "Frankfurt" }, 'region "Frankfurt" is not of AWS\'s form'],
    ["an IAM endpoint without TLS", { iamEndpoint: "http://iam" }, 'iamEndpoint "http://iam" is not an https URL'],
    ["an STS endpoint without TLS", { stsEndpoint: "http://sts" }, 'stsEndpoint "http://sts" is not an https URL'],
    ["an STS region alone", { stsRegion: "eu-central-1" }, "stsRegion is given without stsEndpoint"],
    [
      "an STS region that can't be",
      { stsEndpoint: "https://sts.company.com", stsRegion: "x" },
      'stsRegion "x" is not of AWS\'s form',
    ],
    ["too many retries", { maxRetries: 101 }, "maxRetries 101 is out of range"],
    ["names that can be guessed", { usernameTemplate: "vault" }, "usernameTemplate makes names that can be guessed"],
    ["names without end", { usernameTemplate: "{{ random 20 }}" }, "usernameTemplate may make names that are longer"],
    ["names of two lines", { usernameTemplate: "a\nb" }, "usernameTemplate"],
    ["a rotation of nothing", { rotateRoot: true }, "rotateRoot is given, and credentials hold no access key"],
    [
      "a rotation that is neither",
      { credentials, rotateRoot: "yes" as unknown as boolean },
      'rotateRoot "yes" is not true or false',
    ],
    [
      "a rotated key with a version",
      { credentials: AwsCredentials.accessKey(...keys, { version: 2 }), rotateRoot: true },
      "credentials have a version, and rotateRoot is given",
    ],
    [
      "automatic rotation of nothing",
      { automaticRotation: { period: "30d" } },
      "automaticRotation is given, and credentials hold no access key",
    ],
    [
      "a schedule that is none",
      { credentials, automaticRotation: { schedule: "daily" } },
      'automaticRotation.schedule "daily" is no schedule',
    ],
    [
      "a period that is none",
      { credentials, automaticRotation: { period: "0d" } },
      'automaticRotation.period "0d" is not a duration',
    ],
    [
      "a window that is none",
      { credentials, automaticRotation: { schedule: "0 3 * * SUN", window: "x" as "1h" } },
      'automaticRotation.window "x" is not a duration',
    ],
    ["a path that can't be", { path: "" }, 'path "" can\'t be used in a Vault path'],
    [
      "TTLs the wrong way round",
      { defaultLeaseTtl: "2h", maxLeaseTtl: "1h" },
      "defaultLeaseTtl 2h exceeds maxLeaseTtl 1h",
    ],
    [
      "a secret key's version 0",
      { credentials: AwsCredentials.accessKey(...keys, { version: 0 }) },
      "credentials.secretKeyVersion 0 is out of range",
    ],
  ])("refuses %s", (_, options, problem) => {
    expect(() => declare(options, ">= 5.7")).toThrow(`[dev/Aws] ${problem}`);
  });

  it.each<[string, AwsSecretsEngineOptions, string]>([
    ["stsRegion", { stsEndpoint: "https://sts.company.com", stsRegion: "eu-central-1" }, "sts_region"],
    ["maxRetries", { maxRetries: 2 }, "max_retries"],
    ["automaticRotation", { credentials, automaticRotation: { period: "30d" } }, "secret_key_wo"],
  ])("refuses %s where the provider may lack it", (field, options, attribute) => {
    expect(() => declare(options, ">= 4.4")).toThrow(
      `[dev/Aws] ${field} is given, and hashicorp/vault >= 4.4 may lack ${attribute}`,
    );
  });

  it("refuses automatic rotation where the server has none", () => {
    const community: VaultServer = { product: "vault", edition: "community", version: "1.21" };
    const options = { credentials, automaticRotation: { period: "30d" } } as const;
    expect(() => declare(options, ">= 5.7", community)).toThrow(
      "[dev/Aws] automaticRotation is given, and Vault Community 1.21 lacks rotation of its own credentials at set times",
    );
  });

  it("takes http on loopback, where a stand-in may listen", () => {
    expect(declare({ iamEndpoint: "http://127.0.0.1:5000" }).mount()).toMatchObject({
      iam_endpoint: "http://127.0.0.1:5000",
    });
    expect(() => declare({ iamEndpoint: "http://127.0.0.1.company.com:80" })).toThrow("is not an https URL");
  });

  it("refers to a mount that is managed elsewhere, and declares nothing", () => {
    const stack = stackWithVault();
    expect(AwsSecretsEngine.fromPath(stack, "Aws", "cloud").path).toBe("cloud");
    expect(addresses(synth(stack))).toEqual([]);
    expect(() => AwsSecretsEngine.fromPath(stack, "Again", "cloud")).toThrow('mount "cloud" is declared already');
  });
});
