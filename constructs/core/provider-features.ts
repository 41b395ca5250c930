import { LeaseholdError } from "./errors";

/**
 * What not every version of the hashicorp/vault provider has, with the first version that has it and what its absence costs.
 *
 * @see https://github.com/hashicorp/terraform-provider-vault/blob/main/CHANGELOG.md
 */
const features = {
  passwordWriteOnly: {
    since: [5, 0],
    attribute: "password_wo",
    cost: "the admin password lies in the Terraform state: have Vault rotate it after the first deploy",
  },
  passwordAuthentication: {
    since: [4, 6],
    attribute: "postgresql.password_authentication",
    cost: "users' passwords reach PostgreSQL as they are, so keep log_statement from logging CREATE ROLE",
  },
  staticRolePasswordPolicy: {
    since: [4, 7],
    attribute: "credential_config of vault_database_secret_backend_static_role",
    cost: "static users' passwords follow Vault's own rule, 20 letters, digits and -, and not passwordPolicy",
  },
  oidcClientSecretWriteOnly: {
    since: [5, 7],
    attribute: "oidc_client_secret_wo",
    cost: "the secret that Vault proves itself to the issuer with lies in the Terraform state: guard the state as you would guard it",
  },
  ldapBindPasswordWriteOnly: {
    since: [5, 7],
    attribute: "bindpass_wo",
    cost: "the password that Vault searches the directory with lies in the Terraform state: guard the state as you would guard it",
  },
  ldapConnectionTimeout: {
    since: [4, 5],
    attribute: "connection_timeout",
    cost: "Vault waits 30 s for a directory server before it tries the next one",
  },
  ldapRequestTimeout: {
    since: [5, 4],
    attribute: "request_timeout",
    cost: "Vault waits 90 s for a directory's answer",
  },
  ldapTuning: {
    since: [5, 4],
    attribute: "tune of vault_ldap_auth_backend",
    cost: "the mount keeps what the server is tuned to",
  },
  kubernetesReviewerTokenWriteOnly: {
    since: [5, 7],
    attribute: "token_reviewer_jwt_wo",
    cost: "the reviewer's token lies in the Terraform state: guard the state as you would guard it",
  },
  kubernetesNamespaceSelector: {
    since: [4, 6],
    attribute: "bound_service_account_namespace_selector",
    cost: "namespaces can't be chosen by their labels",
  },
  awsSecretKeyWriteOnly: {
    since: [5, 7],
    attribute: "secret_key_wo",
    cost: "the secret key that Vault works with lies in the Terraform state: guard the state as you would guard it",
  },
  kvDataWriteOnly: {
    since: [5, 0],
    attribute: "data_json_wo of vault_kv_secret_v2",
    cost: "the secret's value lies in the Terraform state, in every backup of it and in every plan",
  },
  transitNewerKeyTypes: {
    since: [5, 1],
    attribute: "newer types of vault_transit_secret_backend_key",
    cost: "it refuses the type, or can't read the key",
  },
  awsStsRegion: {
    since: [4, 6],
    attribute: "sts_region of vault_aws_secret_backend",
    cost: "STS is asked in the mount's region",
  },
  awsMaxRetries: {
    since: [5, 4],
    attribute: "max_retries of vault_aws_secret_backend",
    cost: "Vault tries again as often as AWS's own library does",
  },
} as const satisfies Record<string, { since: Version; attribute: string; cost: string }>;

type Version = readonly [major: number, minor: number];

export type ProviderFeature = keyof typeof features;

/** The oldest provider that Leasehold supports. */
const oldest: Version = [4, 4];

/** The version that the bindings were generated from, as a constraint. */
export const defaultProviderConstraint = "~> 5.6";

const partPattern = /^(=|!=|>|>=|<|<=|~>)?\s*(\d+)(?:\.(\d+))?(?:\.\d+)?$/;

/** Operators that promise no version at least as new as theirs. */
const noLowerBounds: readonly (string | undefined)[] = ["!=", "<", "<="];

/** What the hashicorp/vault provider can do, as far as its version constraint promises. */
export class ProviderFeatures {
  private constructor(
    /** The constraint as Terraform takes it, such as `~> 5.6` or `>= 4.4, < 6.0`. */
    readonly constraint: string,
    private readonly lowerBound: Version,
  ) {}

  /**
   * The features that the lowest version allowed by a constraint has.
   *
   * @throws LeaseholdError when the constraint has no lower bound (`=`, `>=`, `>` or `~>`), or one below 4.4.
   */
  static of(constraint: string, where = "vault.provider"): ProviderFeatures {
    const parts = constraint.split(",").map((part) => partPattern.exec(part.trim()));
    const [lowerBound] = parts
      .filter((match) => match !== null)
      .filter((match) => !noLowerBounds.includes(match[1]))
      .map((match): Version => [Number(match[2]), Number(match[3] ?? 0)])
      .sort((a, b) => compare(b, a));
    if (parts.includes(null) || lowerBound === undefined || compare(lowerBound, oldest) < 0) {
      throw new LeaseholdError(
        where,
        `provider constraint ${JSON.stringify(constraint)} does not promise hashicorp/vault 4.4 or later`,
        `give a lower bound, such as "${defaultProviderConstraint}" or ">= 4.4"`,
      );
    }
    return new ProviderFeatures(constraint, lowerBound);
  }

  has(feature: ProviderFeature): boolean {
    return compare(this.lowerBound, features[feature].since) >= 0;
  }

  /**
   * Refuses an option that can't be left out in silence.
   *
   * @throws LeaseholdError that names `where` and `field` when the provider may lack what the option needs.
   */
  require(where: string, field: string, feature: ProviderFeature): void {
    if (this.has(feature)) return;
    const { since, attribute, cost } = features[feature];
    throw new LeaseholdError(
      where,
      `${field} is given, and hashicorp/vault ${this.constraint} may lack ${attribute} (first in ${since.join(".")}): ${cost}`,
      `raise vault.provider to ">= ${since.join(".")}", or leave ${field} out`,
    );
  }

  /** In a sentence: what is missing, what that costs, how to get it. */
  explainAbsence(feature: ProviderFeature): string {
    const { since, attribute, cost } = features[feature];
    return (
      `hashicorp/vault ${this.constraint} may lack ${attribute} (first in ${since.join(".")}): ${cost}. ` +
      `Raise vault.provider to ">= ${since.join(".")}" to have it`
    );
  }
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1];
}
