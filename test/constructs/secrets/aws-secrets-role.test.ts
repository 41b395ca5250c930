import type { AwsSecretsRoleOptions } from "../../../constructs/secrets/aws-credential-types";
import { AwsSecretsEngine } from "../../../constructs/secrets/aws-secrets-engine";
import type { IAwsSecretsRole } from "../../../constructs/secrets/aws-secrets-role";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { onlyResource, stackWithVault, synth } from "../../helpers/synth";

const ttls = { defaultStsTtl: "15m", maxStsTtl: "1h" } as const;
const policyDocument = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::home/${aws:username}/*"] }];
const rendered =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::home/$${aws:username}/*"]}]}';
const role = "arn:aws:iam::123456789012:role/app";
const policy = "arn:aws:iam::123456789012:policy/app";

const user = { credentialType: "iam_user", policyDocument } as const;
const session = { credentialType: "assumed_role", roleArns: [role], ...ttls } as const;
const federated = { credentialType: "federation_token", policyArns: [policy], ...ttls } as const;
const whole = { credentialType: "session_token", ...ttls } as const;

function declare(options: AwsSecretsRoleOptions) {
  const stack = stackWithVault();
  const engine = new AwsSecretsEngine(stack, "Aws");
  return { stack, engine, role: engine.addRole("app", options) };
}

const resource = (options: AwsSecretsRoleOptions) =>
  onlyResource(synth(declare(options).stack), "vault_aws_secret_backend_role");
const backend = expect.stringMatching(/^\$\{vault_aws_secret_backend\.Aws_\w+\.path\}$/) as unknown;

describe("AwsSecretsRole", () => {
  it("makes users, with variables of AWS's kept from Terraform", () => {
    const given = resource({
      ...user,
      policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess", policy],
      iamGroups: ["ops", "developers"],
      permissionsBoundaryArn: policy,
      userPath: "/vault/",
      iamTags: { team: "shop" },
    });
    expect(given).toEqual({
      backend,
      name: "app",
      credential_type: "iam_user",
      policy_document: rendered,
      policy_arns: [policy, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
      iam_groups: ["developers", "ops"],
      permissions_boundary_arn: policy,
      user_path: "/vault/",
      iam_tags: { team: "shop" },
    });
  });

  it("makes sessions of roles", () => {
    expect(resource({ ...session, sessionTags: { team: "shop" }, externalId: "company", policyDocument })).toEqual({
      backend,
      name: "app",
      credential_type: "assumed_role",
      role_arns: [role],
      policy_document: rendered,
      session_tags: { team: "shop" },
      external_id: "company",
      default_sts_ttl: 900,
      max_sts_ttl: 3600,
    });
  });

  it("makes sessions of Vault's own user", () => {
    expect(resource(federated)).toMatchObject({ credential_type: "federation_token", policy_arns: [policy] });
  });

  it("makes sessions of all that Vault's own user may, which the provider's resource can't", () => {
    const { stack } = declare({ ...whole, mfaSerialNumber: "arn:aws:iam::123456789012:mfa/vault" });
    const { path, data_json: json, disable_delete: kept } = onlyResource(synth(stack), "vault_generic_endpoint");
    expect(path).toMatch(/\/roles\/app$/);
    expect(kept).toBeUndefined();
    expect(JSON.parse(String(json))).toEqual({
      credential_type: "session_token",
      default_sts_ttl: 900,
      max_sts_ttl: 3600,
      mfa_serial_number: "arn:aws:iam::123456789012:mfa/vault",
    });
  });

  const long = { defaultStsTtl: "1h", maxStsTtl: "13h" } as const;
  it.each<[string, AwsSecretsRoleOptions, string]>([
    ["another type", { credentialType: "user" } as never, 'credentialType "user" is unknown'],
    ["a user with a TTL", { ...user, ...ttls }, "defaultStsTtl is given, and credentialType is iam_user"],
    ["a user with the longest TTL", { ...user, maxStsTtl: "1h" } as never, "maxStsTtl is given, and credentialType is"],
    ["a user with roles", { ...user, roleArns: [role] } as never, "roleArns is given, and credentialType is iam_user"],
    ["a user with session tags", { ...user, sessionTags: { a: "b" } } as never, "sessionTags is given, and"],
    ["a user with an external id", { ...user, externalId: "x1" } as never, "externalId is given, and credentialType"],
    ["a session with a boundary", { ...session, permissionsBoundaryArn: policy } as never, "permissionsBoundaryArn is"],
    ["a session with a user's path", { ...session, userPath: "/" } as never, "userPath is given, and credentialType"],
    [
      "a session with a user's tags",
      { ...session, iamTags: { a: "b" } } as never,
      "iamTags is given, and credentialType",
    ],
    ["a federation token with roles", { ...federated, roleArns: [role] } as never, "roleArns is given, and credential"],
    [
      "a session token with a policy",
      { ...whole, policyArns: [policy] } as never,
      "policyArns is given, and credential",
    ],
    ["a user of a device", { ...user, mfaSerialNumber: "GAHT12345678" } as never, "mfaSerialNumber is given, and"],
    [
      "a user who may nothing",
      { credentialType: "iam_user" },
      "policyDocument, policyArns and iamGroups are all left out",
    ],
    [
      "a federation token that may nothing",
      { credentialType: "federation_token", ...ttls },
      "policyDocument, policyArns and iamGroups are all left out",
    ],
    ["no role to assume", { ...session, roleArns: [] }, "roleArns is empty"],
    ["roles by a wildcard", { ...session, roleArns: [`${role}*`] }, `roleArns "${role}*" is not the ARN of one role`],
    ["a policy that is none", { ...user, policyArns: ["app"] }, 'policyArns "app" is not the ARN of one policy'],
    [
      "too many policies",
      { ...federated, policyArns: Array.from({ length: 11 }, (_, at) => `${policy}${at}`) },
      "policyArns has 11 policies, and AWS takes 10 for federation_token",
    ],
    ["a boundary that is none", { ...user, permissionsBoundaryArn: role }, "permissionsBoundaryArn"],
    ["a group that can't be", { ...user, iamGroups: ["a b"] }, 'iamGroups "a b" is not of AWS\'s form'],
    ["a path without end", { ...user, userPath: "/vault" }, 'userPath "/vault" is not of AWS\'s form'],
    ["no tags", { ...user, iamTags: {} }, "iamTags has 0 tags"],
    ["a tag of AWS's own", { ...user, iamTags: { "aws:x": "y" } }, 'iamTags "aws:x" can\'t be the key of a tag'],
    ["a tag's value that can't be", { ...session, sessionTags: { a: "#" } }, 'sessionTags.a "#" can\'t be the value'],
    ["an external id that can't be", { ...session, externalId: "a b" }, 'externalId "a b" is not of AWS\'s form'],
    ["a device that can't be", { ...whole, mfaSerialNumber: "x" }, 'mfaSerialNumber "x" is not of AWS\'s form'],
    ["a TTL that AWS does not make", { ...session, defaultStsTtl: "5m" }, "defaultStsTtl 5m is less than AWS makes"],
    ["TTLs the wrong way round", { ...session, defaultStsTtl: "2h" }, "defaultStsTtl 2h exceeds maxStsTtl 1h"],
    ["a TTL that is none", { ...session, maxStsTtl: "x" as "1h" }, 'maxStsTtl "x" is not a duration'],
    [
      "more than a role's session can",
      { ...session, ...long },
      "maxStsTtl 13h is more than AWS makes for assumed_role",
    ],
    [
      "more than any session can",
      { ...federated, defaultStsTtl: "1h", maxStsTtl: "37h" },
      "maxStsTtl 37h is more than AWS makes for federation_token",
    ],
    ["a policy without statement", { ...user, policyDocument: [] }, "policyDocument has no statement"],
  ])("refuses %s", (_, options, problem) => {
    expect(() => declare(options)).toThrow(`[dev/Aws/app] ${problem}`);
  });

  it("refuses a second role of the name, and a name that can't be", () => {
    const { engine } = declare(user);
    expect(() => engine.addRole("a/b", user)).toThrow('name "a/b" can\'t be used in a Vault path');
    expect(() => engine.role("", "iam_user")).toThrow('role "" can\'t be used in a Vault path');
    expect(() => engine.role("app", "user" as "iam_user")).toThrow('credentialType "user" is unknown');
  });
});

describe("grants on a role of AWS", () => {
  function granted(options: AwsSecretsRoleOptions, give: (role: IAwsSecretsRole, to: VaultPolicy) => unknown) {
    const { stack, engine, role: own } = declare(options);
    const subject = new VaultPolicy(stack, "Subject", { name: "subject" });
    give(own, subject);
    give(engine.role("elsewhere", options.credentialType), subject);
    const evaluator = new Evaluator([{ name: "subject", rules: subject.toDocument().rules }]);
    return (path: string) => evaluator.on(path).capabilities;
  }

  it("give users by creds, by reading alone", () => {
    const on = granted(user, (given, to) => given.grantCredentials(to));
    for (const name of ["app", "elsewhere"]) {
      expect(on(`aws/creds/${name}`)).toEqual(["read"]);
      expect(on(`aws/sts/${name}`)).toEqual(["deny"]);
    }
    for (const path of ["aws/creds/app-other", "aws/creds", "aws/roles/app", "aws/config/root", "other/creds/app"]) {
      expect(on(path)).toEqual(["deny"]);
    }
  });

  it.each([session, federated, whole])("give $credentialType by sts, with what can be asked for", (options) => {
    const on = granted(options, (given, to) => given.grantCredentials(to));
    expect(on("aws/sts/app")).toEqual(["read", "update"]);
    expect(on("aws/sts/elsewhere")).toEqual(["read", "update"]);
    for (const path of ["aws/creds/app", "aws/sts/app-other", "aws/roles/app", "aws/config/rotate-root"]) {
      expect(on(path)).toEqual(["deny"]);
    }
  });

  it("let users' leases be renewed, or looked after, and no others", () => {
    const renews = granted(user, (given, to) => given.grantLeaseRenewal(to));
    expect(renews("sys/leases/renew/aws/creds/app/x")).toEqual(["update"]);
    expect(renews("sys/leases/renew/aws/creds/app-other/x")).toEqual(["deny"]);
    expect(renews("sys/leases/revoke/aws/creds/app/x")).toEqual(["deny"]);
    const manages = granted(user, (given, to) => given.grantManageLeases(to));
    expect(manages("sys/leases/revoke/aws/creds/app/x")).toEqual(["update"]);
    expect(manages("sys/leases/revoke-prefix/aws/creds/app")).toEqual(["update", "sudo"]);
    expect(manages("sys/leases/revoke/aws/creds/app-other/x")).toEqual(["deny"]);
    expect(manages("aws/creds/app")).toEqual(["deny"]);
  });

  it.each([session, federated, whole])("refuse leases of $credentialType, which end by themselves", (options) => {
    for (const method of ["grantLeaseRenewal", "grantManageLeases"] as const) {
      expect(() => granted(options, (given, to) => given[method](to))).toThrow(
        `${method} is asked of role app, and what ${options.credentialType} issues can neither be renewed nor revoked`,
      );
    }
  });
});
