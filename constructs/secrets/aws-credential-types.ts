import type { AwsPolicyStatement } from "../aws/aws-policy-document";
import type { Duration } from "../core/duration";

/** What the holder may do in AWS: at least one of them. */
interface AwsPermissions {
  /** Statements of a policy of the role's own; 2048 characters at most as AWS gets them. @default none */
  readonly policyDocument?: readonly AwsPolicyStatement[] | undefined;
  /** ARNs of managed policies, AWS's or the account's: 10 at most for STS, 20 for users. @default none */
  readonly policyArns?: readonly string[] | undefined;
  /** Names of IAM groups. A user joins them; STS takes their policies together with the others. @default none */
  readonly iamGroups?: readonly string[] | undefined;
}

/** How long what STS issues lives: it can neither be renewed nor revoked. */
interface AwsStsTtls {
  /** TTL where none is asked for, from 15m on. */
  readonly defaultStsTtl: Duration;
  /** The longest TTL that can be asked for: 12h at most for assumed_role, 36h for the others. */
  readonly maxStsTtl: Duration;
}

/** A user of IAM with an access key, made on request and deleted with its lease. TTLs are those of the mount. */
export interface AwsIamUserOptions extends AwsPermissions {
  readonly credentialType: "iam_user";
  /** ARN of the policy that bounds whatever the user is given later. @default none, with a warning */
  readonly permissionsBoundaryArn?: string | undefined;
  /** Where the user is in IAM's tree, such as `/vault/`, so that Vault's own policy can name what it may touch. @default "/" */
  readonly userPath?: string | undefined;
  /** Tags of the user. @default none */
  readonly iamTags?: Readonly<Record<string, string>> | undefined;
}

/** A session of a role of IAM's. What is in the permissions narrows what that role may do; without any it may do all of it. */
export interface AwsAssumedRoleOptions extends AwsPermissions, AwsStsTtls {
  readonly credentialType: "assumed_role";
  /** ARNs of the roles that can be asked for; where there are several, the request names one. */
  readonly roleArns: readonly string[];
  /** Tags of the session, which policies in AWS can ask for. @default none */
  readonly sessionTags?: Readonly<Record<string, string>> | undefined;
  /** What the roles' trust policy wants to be told. It is no secret. @default none */
  readonly externalId?: string | undefined;
}

/** A session of Vault's own user, narrowed to the permissions. */
export interface AwsFederationTokenOptions extends AwsPermissions, AwsStsTtls {
  readonly credentialType: "federation_token";
}

/** A session of Vault's own user with all that it may do, but IAM itself. */
export interface AwsSessionTokenOptions extends AwsStsTtls {
  readonly credentialType: "session_token";
  /** Of the MFA device that Vault's user has, whose code the request then carries. @default none */
  readonly mfaSerialNumber?: string | undefined;
}

/**
 * What a role of the AWS secrets engine issues.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/aws#create-update-role
 */
export type AwsSecretsRoleOptions =
  AwsIamUserOptions | AwsAssumedRoleOptions | AwsFederationTokenOptions | AwsSessionTokenOptions;

export type AwsCredentialType = AwsSecretsRoleOptions["credentialType"];

export const awsCredentialTypes = ["iam_user", "assumed_role", "federation_token", "session_token"] as const;

type FieldsOf<Options> = Options extends unknown ? keyof Options : never;

/** All that any of them can be given. */
export type AwsRoleField = Exclude<FieldsOf<AwsSecretsRoleOptions>, "credentialType">;

const permissions = ["policyDocument", "policyArns", "iamGroups"] as const;
const stsTtls = ["defaultStsTtl", "maxStsTtl"] as const;

/** What can be given to each: Vault refuses or forgets the rest. */
export const awsRoleFields: Readonly<Record<AwsCredentialType, readonly AwsRoleField[]>> = {
  iam_user: [...permissions, "permissionsBoundaryArn", "userPath", "iamTags"],
  assumed_role: [...permissions, ...stsTtls, "roleArns", "sessionTags", "externalId"],
  federation_token: [...permissions, ...stsTtls],
  session_token: [...stsTtls, "mfaSerialNumber"],
};

/** The longest that AWS lets each live. https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html */
export const longestStsTtl = {
  assumed_role: "12h",
  federation_token: "36h",
  session_token: "36h",
} as const satisfies Record<Exclude<AwsCredentialType, "iam_user">, Duration>;

/** The shortest that AWS makes any. */
export const shortestStsTtl = "15m" satisfies Duration;
