import { alwaysWarning } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { awsRolePage, awsRolesOf } from "./aws";

export const wholeUser: Guardrail = {
  id: "LH-AWS-008",
  title: "sessions are narrower than Vault's own user",
  why: "a session token may do all that Vault's own user may but IAM itself, and no policy narrows it",
  remedy: "use assumed_role or federation_token with a policy, or keep a user of its own for this mount",
  severity: alwaysWarning,
  references: [awsRolePage, "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html"],
  check: (declaration) =>
    awsRolesOf(declaration)
      .filter(({ credentialType }) => credentialType === "session_token")
      .map(({ resource }) => ({ resource, problem: "credential_type is session_token" })),
};
