import { AwsCredentials } from "../constructs/aws/aws-credentials";
import type { DeclaredAwsCredentials } from "../environments/aws-credentials";

/** What an environment says that Vault works with in AWS; undefined where that is the default. */
export function awsCredentials(declared: DeclaredAwsCredentials | undefined): AwsCredentials | undefined {
  if (declared === undefined || declared === "instance") return undefined;
  if ("audience" in declared) return AwsCredentials.workloadIdentity(declared);
  return AwsCredentials.accessKey(declared.accessKey, declared.secretKey, declared);
}
