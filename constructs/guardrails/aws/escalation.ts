import { errorFromStaging } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { awsRolePage, awsRolesOf, iamPolicyOf, isOnEverything } from "./aws";

/** What gives its holder, or somebody of the holder's making, more than it has. */
const dangerous = [
  "iam:AddUserToGroup",
  "iam:AttachGroupPolicy",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:CreatePolicyVersion",
  "iam:CreateUser",
  "iam:DeleteUserPermissionsBoundary",
  "iam:PassRole",
  "iam:PutGroupPolicy",
  "iam:PutRolePolicy",
  "iam:PutUserPolicy",
  "iam:SetDefaultPolicyVersion",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateLoginProfile",
  "sts:AssumeRole",
];

export const escalation: Guardrail = {
  id: "LH-AWS-007",
  title: "credentials can't widen themselves",
  why: "who may write policies, make keys or take on roles of any name takes on the widest, and keeps it when the lease ends",
  remedy: "name the users, roles or policies that it is for in Resource",
  severity: errorFromStaging,
  references: [awsRolePage, "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html"],
  check: (declaration) =>
    awsRolesOf(declaration).flatMap((role) => {
      const policy = iamPolicyOf(role);
      if (typeof policy !== "object") return [];
      const found = policy.statements
        .filter((statement) => statement.allows && isOnEverything(statement))
        .flatMap(({ actions }) => actions.filter((action) => /^(?:iam|sts):/i.test(action)))
        .filter((action) => dangerous.some((each) => covers(action, each)));
      return found.length === 0
        ? []
        : [
            {
              resource: role.resource,
              problem: `policy_document allows ${[...new Set(found)].join(", ")} on every resource`,
            },
          ];
    }),
};

/** Whether an action as policies write it, with * and ?, is also that one; case does not count. */
function covers(pattern: string, action: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "i").test(action);
}
