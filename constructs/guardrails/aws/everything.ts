import { alwaysError } from "../../core/rule";
import { listOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { awsRolePage, type AwsRole, awsRolesOf, iamPage, iamPolicyOf, isOnEverything } from "./aws";

export const everything: Guardrail = {
  id: "LH-AWS-002",
  title: "no credentials may do everything in an AWS account",
  why: "whoever is granted the role owns the account, and can make themselves users that Vault never ends",
  remedy: "name the actions and the resources that are needed",
  severity: alwaysError,
  references: [awsRolePage, `${iamPage}#grant-least-privilege`],
  check: (declaration) =>
    awsRolesOf(declaration).flatMap((role) =>
      problemsOf(role).map((problem) => ({ resource: role.resource, problem })),
    ),
};

function problemsOf(role: AwsRole): string[] {
  const policy = iamPolicyOf(role);
  const statements = typeof policy === "object" ? policy.statements : [];
  const all = statements.some(
    (statement) =>
      statement.allows &&
      isOnEverything(statement) &&
      (statement.otherActions || statement.actions.some((action) => /^\*+(?::\*+)?$/.test(action))),
  );
  return [
    ...(all ? ["policy_document allows every action on every resource"] : []),
    ...listOf(role.settings, "policy_arns")
      .filter((arn) => /:iam::aws:policy\/(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/.test(arn))
      .map((arn) => `policy_arns holds ${arn}`),
  ];
}
