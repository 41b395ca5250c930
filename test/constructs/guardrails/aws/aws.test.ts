import { AwsSecretBackend, type AwsSecretBackendConfig } from "@cdktf/provider-vault/lib/aws-secret-backend";
import {
  AwsSecretBackendRole,
  type AwsSecretBackendRoleConfig,
} from "@cdktf/provider-vault/lib/aws-secret-backend-role";
import type { TerraformStack } from "cdktf";
import { AwsCredentials } from "../../../../constructs/aws/aws-credentials";
import { SecretInput } from "../../../../constructs/core/secret-input";
import { escalation } from "../../../../constructs/guardrails/aws/escalation";
import { everything } from "../../../../constructs/guardrails/aws/everything";
import { identityPolicy } from "../../../../constructs/guardrails/aws/identity-policy";
import { keyInState } from "../../../../constructs/guardrails/aws/key-in-state";
import { permissionsBoundary } from "../../../../constructs/guardrails/aws/permissions-boundary";
import { stsTtl } from "../../../../constructs/guardrails/aws/sts-ttl";
import { userTtl } from "../../../../constructs/guardrails/aws/user-ttl";
import { wholeUser } from "../../../../constructs/guardrails/aws/whole-user";
import type { Guardrail } from "../../../../constructs/guardrails/guardrail";
import { AwsSecretsEngine } from "../../../../constructs/secrets/aws-secrets-engine";
import { findingsOf } from "../../../helpers/guardrails";

/** A mount and a role as somebody declared them by the bindings. */
function raw(role: Partial<AwsSecretBackendRoleConfig>, mount: AwsSecretBackendConfig = {}) {
  return (stack: TerraformStack) => {
    const backend = new AwsSecretBackend(stack, "Aws", { path: "aws", maxLeaseTtlSeconds: 3600, ...mount });
    new AwsSecretBackendRole(stack, "App", {
      backend: backend.path,
      name: "app",
      credentialType: "iam_user",
      ...role,
    });
  };
}

const policy = (...statements: object[]): Partial<AwsSecretBackendRoleConfig> => ({
  policyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
});
const allow = (action: string | string[], resource: string | string[], more: object = {}) => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
  ...more,
});
const narrow = allow("s3:GetObject", "arn:aws:s3:::home/$${aws:username}/*");
const against = (rule: Guardrail, ...given: Parameters<typeof raw>) => findingsOf(rule, raw(...given));

describe("LH-AWS-001", () => {
  const keys = [SecretInput.variable("aws_access_key"), SecretInput.variable("aws_secret_key")] as const;
  const problem = "Aws: secret_key is kept in the Terraform state as it is";
  const engine = (rotateRoot: boolean) => (stack: TerraformStack) =>
    new AwsSecretsEngine(stack, "Aws", { credentials: AwsCredentials.accessKey(...keys), rotateRoot });

  it("wants the key out of the state", () => {
    expect(against(keyInState, {}, { accessKey: "a", secretKey: "b" })).toEqual([problem]);
    expect(findingsOf(keyInState, engine(false))).toEqual([problem]);
    expect(against(keyInState, {})).toEqual([]);
  });

  it("is answered where Vault replaces the key", () => {
    expect(findingsOf(keyInState, engine(true))).toEqual([
      `${problem} [rotateRoot has Vault replace the key, and the one in the state is deleted in AWS]`,
    ]);
  });
});

describe("LH-AWS-002", () => {
  it.each<[string, object]>([
    ["every action", allow("*", "*")],
    ["every action of a list", allow(["s3:GetObject", "*"], ["arn:aws:s3:::a", "*"])],
    ["every action of every service", allow("*:*", "*")],
    ["all but some actions", { Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
    ["all but some resources", { Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::a" }],
  ])("refuses %s", (_, statement) => {
    expect(against(everything, policy(statement))).toEqual([
      "App: policy_document allows every action on every resource",
    ]);
  });

  it("refuses a single statement that is no list, and policies of AWS's that allow everything", () => {
    const document = JSON.stringify({ Version: "2012-10-17", Statement: allow("*", "*") });
    expect(against(everything, { policyDocument: document })).toHaveLength(1);
    expect(against(everything, { policyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] })).toEqual([
      "App: policy_arns holds arn:aws:iam::aws:policy/AdministratorAccess",
    ]);
  });

  it("has nothing against what is denied, narrow, or not known", () => {
    const denied = { ...allow("*", "*"), Effect: "Deny" };
    expect(against(everything, policy(narrow, denied, allow("s3:*", "*"), allow("*", "arn:aws:s3:::a/*")))).toEqual([]);
    expect(against(everything, { policyDocument: "${var.policy}" })).toEqual([]);
    expect(against(everything, { policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] })).toEqual([]);
  });
});

describe("LH-AWS-003", () => {
  it("wants sessions to end within 12 hours", () => {
    const role = (maxStsTtl?: number) => ({ credentialType: "federation_token", ...policy(narrow), maxStsTtl });
    expect(against(stsTtl, role(46_800))).toEqual(["App: max_sts_ttl 13h exceeds 12h"]);
    expect(against(stsTtl, role())).toEqual(["App: max_sts_ttl is left out: the mount's maximum counts"]);
    expect(against(stsTtl, role(43_200))).toEqual([]);
    expect(against(stsTtl, { ...policy(narrow) })).toEqual([]);
  });

  it("sees session tokens too", () => {
    const tokens = (maxStsTtl: "12h" | "24h") => (stack: TerraformStack) =>
      new AwsSecretsEngine(stack, "Aws").addRole("whole", {
        credentialType: "session_token",
        defaultStsTtl: "1h",
        maxStsTtl,
      });
    expect(findingsOf(stsTtl, tokens("24h"))).toEqual(["Aws/whole: max_sts_ttl 1d exceeds 12h"]);
    expect(findingsOf(stsTtl, tokens("12h"))).toEqual([]);
  });
});

describe("LH-AWS-004", () => {
  it("wants users to be bounded", () => {
    const permissionsBoundaryArn = "arn:aws:iam::123456789012:policy/boundary";
    expect(against(permissionsBoundary, {})).toEqual(["App: it makes users without a permissions boundary"]);
    expect(against(permissionsBoundary, { permissionsBoundaryArn })).toEqual([]);
    expect(against(permissionsBoundary, { credentialType: "assumed_role" })).toEqual([]);
  });
});

describe("LH-AWS-005", () => {
  it("wants users to end within 12 hours", () => {
    expect(against(userTtl, {}, { maxLeaseTtlSeconds: 86_400 })).toEqual([
      "Aws: max_lease_ttl_seconds 1d exceeds 12h, and it has roles of users",
    ]);
    expect(against(userTtl, {}, { maxLeaseTtlSeconds: 0 })).toEqual([
      "Aws: max_lease_ttl_seconds is left out, and it has roles of users",
    ]);
    expect(against(userTtl, {})).toEqual([]);
    expect(against(userTtl, { credentialType: "assumed_role" }, { maxLeaseTtlSeconds: 86_400 })).toEqual([]);
  });
});

describe("LH-AWS-006", () => {
  it.each<[string, Partial<AwsSecretBackendRoleConfig>, string]>([
    ["a principal", policy(allow("s3:*", "*", { Principal: "*" })), "policy_document names a Principal, which"],
    ["all but a principal", policy(allow("s3:*", "*", { NotPrincipal: "*" })), "policy_document names a NotPrincipal"],
    [
      "an old version",
      { policyDocument: '{"Version":"2008-10-17","Statement":[]}' },
      "policy_document is not of version",
    ],
    ["no policy", { policyDocument: '"s3:GetObject"' }, "policy_document is no policy"],
    ["a broken one", { policyDocument: "{" }, "policy_document is no policy"],
  ])("refuses %s", (_, role, problem) => {
    expect(against(identityPolicy, role)).toEqual([expect.stringContaining(`App: ${problem}`)]);
  });

  it("has nothing against a policy of an identity, nor one that is not known", () => {
    expect(against(identityPolicy, policy(narrow))).toEqual([]);
    expect(against(identityPolicy, { policyDocument: "${data.aws_iam_policy_document.app.json}" })).toEqual([]);
    expect(against(identityPolicy, {})).toEqual([]);
  });
});

describe("LH-AWS-007", () => {
  it.each(["iam:*", "iam:Put*", "iam:PassRole", "IAM:createuser", "sts:AssumeRole", "sts:*", "iam:Create?ser"])(
    "refuses %s on every resource",
    (action) => {
      expect(against(escalation, policy(allow(action, "*")))).toEqual([
        `App: policy_document allows ${action} on every resource`,
      ]);
    },
  );

  it("has nothing against reading, nor against single roles", () => {
    expect(against(escalation, policy(allow(["iam:Get*", "iam:List*", "sts:GetCallerIdentity"], "*")))).toEqual([]);
    expect(against(escalation, policy(allow("iam:PassRole", "arn:aws:iam::123456789012:role/app")))).toEqual([]);
    expect(against(escalation, policy({ ...allow("iam:*", "*"), Effect: "Deny" }))).toEqual([]);
  });
});

describe("LH-AWS-008", () => {
  it("warns of session tokens", () => {
    const role = (credentialType: "session_token" | "federation_token") => (stack: TerraformStack) => {
      const ttls = { defaultStsTtl: "1h", maxStsTtl: "1h" } as const;
      const engine = new AwsSecretsEngine(stack, "Aws");
      if (credentialType === "session_token") engine.addRole("whole", { credentialType, ...ttls });
      else engine.addRole("narrow", { credentialType, ...ttls, iamGroups: ["developers"] });
    };
    expect(findingsOf(wholeUser, role("session_token"))).toEqual(["Aws/whole: credential_type is session_token"]);
    expect(findingsOf(wholeUser, role("federation_token"))).toEqual([]);
  });
});
