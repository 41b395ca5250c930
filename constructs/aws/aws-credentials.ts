import { type Duration, parseDuration } from "../core/duration";
import { SecretInput } from "../core/secret-input";
import { requireText } from "../core/texts";
import { requireArn } from "./aws-names";

/** What Vault shows to AWS as itself. */
export interface WorkloadIdentity {
  /** Whom the tokens are meant for, as AWS's identity provider has it. */
  readonly audience: string;
  /** ARN of the role that Vault takes on. */
  readonly roleArn: string;
  /** How long a token lives. @default "1h" */
  readonly tokenTtl?: Duration;
}

/**
 * What Vault asks AWS with, whether who logs in is who they say.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/aws#recommended-vault-iam-policy
 */
export class AwsCredentials {
  /** Those of the machine that Vault runs on: its instance profile, its pod's role, or its environment. */
  static instance(): AwsCredentials {
    return new AwsCredentials({}, undefined);
  }

  /**
   * An access key of an IAM user. Raise `version` when the secret key was changed.
   *
   * @throws LeaseholdError when a key is no SecretInput.
   */
  static accessKey(
    accessKey: SecretInput,
    secretKey: SecretInput,
    options: { readonly version?: number } = {},
  ): AwsCredentials {
    const self = "AwsCredentials.accessKey";
    return new AwsCredentials(
      {},
      {
        accessKey: SecretInput.require(self, "accessKey", accessKey),
        secretKey: SecretInput.require(self, "secretKey", secretKey),
        version: options.version,
      },
    );
  }

  /**
   * Tokens that Vault signs and AWS trusts, so that there is no key to keep. Vault Enterprise 1.17 and later only: the provider
   * leaves it out of what it sends to others.
   *
   * @throws LeaseholdError when the audience, the role or the TTL can't be used.
   */
  static workloadIdentity({ audience, roleArn, tokenTtl = "1h" }: WorkloadIdentity): AwsCredentials {
    const self = "AwsCredentials.workloadIdentity";
    return new AwsCredentials(
      {
        identityTokenAudience: requireText(self, "audience", audience),
        roleArn: requireArn(self, "roleArn", roleArn, "role"),
        identityTokenTtl: parseDuration(self, "tokenTtl", tokenTtl),
      },
      undefined,
    );
  }

  private constructor(
    /** Of the method's client configuration, as the provider takes it. */
    readonly attributes: Readonly<Record<string, string | number>>,
    readonly keys:
      | { readonly accessKey: SecretInput; readonly secretKey: SecretInput; readonly version: number | undefined }
      | undefined,
  ) {}
}
