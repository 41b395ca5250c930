import { alwaysWarning } from "../../core/rule";
import { textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { awsRolePage, awsRolesOf } from "./aws";

export const permissionsBoundary: Guardrail = {
  id: "LH-AWS-004",
  title: "users that Vault makes in AWS have a permissions boundary",
  why: "without one the policy of Vault's own user can't say that it only makes bounded users, so Vault can make an administrator",
  remedy: "set permissions_boundary_arn, and let Vault's own user make users with that boundary alone",
  severity: alwaysWarning,
  references: [awsRolePage, "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
  check: (declaration) =>
    awsRolesOf(declaration)
      .filter(({ credentialType }) => credentialType === "iam_user")
      .filter(({ settings }) => (textOf(settings, "permissions_boundary_arn") ?? "") === "")
      .map(({ resource }) => ({ resource, problem: "it makes users without a permissions boundary" })),
};
