import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { type AwsRole, awsRolesOf, iamPolicyOf } from "./aws";

export const identityPolicy: Guardrail = {
  id: "LH-AWS-006",
  title: "a role's policy document is one that AWS takes",
  why: "Vault stores whatever is JSON, and AWS refuses it only when somebody asks for credentials",
  remedy: "write a policy of version 2012-10-17 with statements that name actions and resources, and nobody",
  severity: alwaysError,
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
  ],
  check: (declaration) =>
    awsRolesOf(declaration).flatMap((role) =>
      problemsOf(role).map((problem) => ({ resource: role.resource, problem })),
    ),
};

function problemsOf(role: AwsRole): string[] {
  const policy = iamPolicyOf(role);
  if (policy === undefined) return [];
  if (policy === "unreadable") return ["policy_document is no policy"];
  const keys = policy.statements.flatMap((statement) => statement.keys);
  return [
    ...["Principal", "NotPrincipal"]
      .filter((key) => keys.includes(key))
      .map((key) => `policy_document names a ${key}, which only a policy of a resource may`),
    ...(policy.version === "2012-10-17"
      ? []
      : ["policy_document is not of version 2012-10-17: variables in it would be plain text"]),
  ];
}
