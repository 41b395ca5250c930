import { SecretInput } from "../../../constructs/core/secret-input";
import { parseEnvironment } from "../../../environments/load";
import { checkReferences } from "../../../environments/references";
import { environmentSchema } from "../../../environments/schema";
import { deployerPolicy } from "../../../environments/subjects/deployer-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { VaultStack } from "../../../stacks/vault-stack";
import { environmentWith, refusalOf } from "../../helpers/environments";
import { namedResource, onlyResource, resources, synth, testApp } from "../../helpers/synth";

const ttls = { defaultStsTtl: "15m", maxStsTtl: "1h" };
const role = { credentialType: "assumed_role", roleArns: ["arn:aws:iam::123456789012:role/app"], ...ttls };
const user = { credentialType: "iam_user", iamGroups: ["developers"] };
const aws = {
  type: "aws",
  path: "aws",
  roles: [
    { name: "app", ...role },
    { name: "mail", ...user },
  ],
};
const declared = (change: object = {}, more: Readonly<Record<string, unknown>> = {}) =>
  environmentWith({ engines: [{ ...aws, ...change }], ...more });
const granted = (...grants: object[]) => declared({}, { "auth[0].roles[0].aws": grants });
const misfitsOf = (environment: unknown): string[] =>
  checkReferences(environmentSchema.parse(environment)).map(({ path, message }) => `${path.join(".")}: ${message}`);
const at = "auth.0.roles.0.aws.0";

function stackOf(given: unknown) {
  const environment = parseEnvironment(given);
  return synth(new VaultStack(testApp(), environment.name, { environment, today: "2026-01-31" }));
}

describe("an AWS engine of an environment", () => {
  it("becomes a mount with its roles", () => {
    const credentials = {
      accessKey: SecretInput.variable("aws_access_key"),
      secretKey: SecretInput.variable("aws_secret_key"),
    };
    const result = stackOf(
      declared({ credentials, region: "eu-central-1", maxLeaseTtl: "12h" }, { preventDestroy: true }),
    );
    expect(onlyResource(result, "vault_aws_secret_backend")).toMatchObject({
      path: "aws",
      region: "eu-central-1",
      max_lease_ttl_seconds: 43_200,
      access_key: "${var.aws_access_key}",
      lifecycle: { prevent_destroy: true },
    });
    expect(resources(result, "vault_aws_secret_backend_role").map(({ name }) => name)).toEqual(["app", "mail"]);
  });

  it("gives what is granted of declared roles, and of mounts that are managed elsewhere", () => {
    const result = stackOf(
      granted(
        { mount: "aws", role: "app", may: ["credentials"] },
        { mount: "aws", role: "mail", may: ["credentials", "renewLeases", "manageLeases"] },
        { mount: "cloud", role: "x", credentialType: "federation_token", may: ["credentials"] },
        { mount: "cloud", role: "y", credentialType: "iam_user", may: ["credentials"] },
      ),
    );
    const text = String(namedResource(result, "vault_policy", "approle-app")["policy"]);
    const paths = [...text.matchAll(/^path "(.*)" \{$/gm)].map((match) => match[1]);
    expect(paths).toEqual(
      expect.arrayContaining([
        "aws/sts/app",
        "aws/creds/mail",
        "cloud/sts/x",
        "cloud/creds/y",
        "sys/leases/renew/aws/creds/mail/*",
        "sys/leases/revoke-prefix/aws/creds/mail",
      ]),
    );
    expect(paths.filter((path) => path?.endsWith("/app"))).toEqual(["aws/sts/app"]);
  });

  it.each<[string, unknown, string]>([
    [
      "two roles of one name",
      declared({
        roles: [
          { name: "app", ...role },
          { name: "app", ...user },
        ],
      }),
      'engines.0.roles.1.name: role of mount aws "app" is declared twice: give one of the two another name',
    ],
    [
      "a grant of a role that is not declared",
      granted({ mount: "aws", role: "none", may: ["credentials"] }),
      `${at}.role: role of mount aws "none" is not declared: declare it or use one of app, mail`,
    ],
    [
      "a grant of a mount elsewhere that says no type",
      granted({ mount: "cloud", role: "app", may: ["credentials"] }),
      `${at}.credentialType: is left out, and mount "cloud" is not declared here: say what role "app" issues`,
    ],
    [
      "a grant that says another type",
      granted({ mount: "aws", role: "app", credentialType: "iam_user", may: ["credentials"] }),
      `${at}.credentialType: is iam_user, and role "app" is declared as assumed_role: leave it out`,
    ],
    [
      "leases of what has none",
      granted({ mount: "aws", role: "app", may: ["credentials", "manageLeases"] }),
      `${at}.may.1: "manageLeases" is not for role "app": what assumed_role issues can neither be renewed nor revoked`,
    ],
    [
      "leases of what has none elsewhere",
      granted({ mount: "cloud", role: "app", credentialType: "session_token", may: ["renewLeases"] }),
      `${at}.may.0: "renewLeases" is not for role "app": what session_token issues can neither be renewed nor revoked`,
    ],
    [
      "a mount of databases",
      granted({ mount: "database", role: "app", credentialType: "iam_user", may: ["credentials"] }),
      `${at}.mount: "database" is a mount of databases: name a aws mount`,
    ],
  ])("is refused with %s", (_, environment, message) => {
    expect(misfitsOf(environment)).toEqual([message]);
  });

  it.each<[string, unknown, string]>([
    ["a TTL of users", declared({ roles: [{ name: "a", ...user, ...ttls }] }), "engines[0].roles[0]"],
    [
      "a role without TTL",
      declared({ roles: [{ name: "a", ...role, maxStsTtl: undefined }] }),
      "engines[0].roles[0].maxStsTtl",
    ],
    ["another type", declared({ roles: [{ name: "a", credentialType: "x" }] }), "engines[0].roles[0].credentialType"],
    ["a pasted key", declared({ credentials: { accessKey: "AKIA", secretKey: "x" } }), "engines[0].credentials"],
    [
      "a principal",
      declared({ roles: [{ name: "a", ...user, policyDocument: [{ actions: ["*"], principal: "*" }] }] }),
      "engines[0].roles[0].policyDocument[0]",
    ],
    ["a grant of nothing", granted({ mount: "aws", role: "app", may: [] }), "auth[0].roles[0].aws[0].may"],
    ["a grant of all", granted({ mount: "aws", role: "*", may: ["credentials"] }), "auth[0].roles[0].aws[0].role"],
    ["a grant of more", granted({ mount: "aws", role: "app", may: ["rotate"] }), "auth[0].roles[0].aws[0].may[0]"],
  ])("is refused with %s, by its place", (_, environment, place) => {
    expect(refusalOf(() => parseEnvironment(environment))).toContain(place);
  });

  it("is deployed by a login that can't ask for its credentials", () => {
    const credentials = { accessKey: SecretInput.variable("a"), secretKey: SecretInput.variable("b") };
    const may = (change: object) => {
      const { rules } = deployerPolicy(parseEnvironment(declared(change)));
      const evaluator = new Evaluator([{ name: "deployer", rules }]);
      return (path: string, capability: "read" | "update" | "delete") => evaluator.allows(path, capability);
    };
    const plain = may({});
    expect([plain("aws/config/root", "update"), plain("aws/roles/app", "delete")]).toEqual([true, true]);
    for (const path of ["aws/creds/mail", "aws/sts/app", "aws/config/rotate-root", "aws-other/roles/app"]) {
      expect([path, plain(path, "read"), plain(path, "update")]).toEqual([path, false, false]);
    }
    expect(plain("aws/config/root", "delete")).toBe(false);
    expect(may({ credentials, rotateRoot: true })("aws/config/rotate-root", "update")).toBe(true);
  });
});
