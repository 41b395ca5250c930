import { AwsSecretBackendRole } from "@cdktf/provider-vault/lib/aws-secret-backend-role";
import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { Construct, type IConstruct } from "constructs";
import { requireChoice } from "../core/choices";
import { LeaseholdError } from "../core/errors";
import { requireName } from "../core/names";
import { leaseManagementRules, leaseRenewalRules } from "../policy/lease-rules";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { claimName } from "../provider/claim";
import { type AwsCredentialType, awsCredentialTypes, type AwsSecretsRoleOptions } from "./aws-credential-types";
import { type AwsRoleAttributes, awsRoleAttributes } from "./aws-role-attributes";
import type { SecretsEngine } from "./secrets-engine";

export type AwsSecretsRoleProps = AwsSecretsRoleOptions & {
  /** The role's name, once in the mount. */
  readonly name: string;
  readonly engine: SecretsEngine;
};

/** A role of the AWS secrets engine, declared here or elsewhere. */
export interface IAwsSecretsRole {
  readonly name: string;
  readonly credentialType: AwsCredentialType;
  /** Where its credentials are had: below `creds` those of users, below `sts` all others. */
  readonly credentialsPath: string;
  /**
   * Lets the subject have credentials of the role. Those of STS may be asked for with a TTL, a session's name or an MFA code, which
   * is a write.
   */
  grantCredentials(subject: IPolicySubject): Grant;
  /**
   * Lets the subject renew leases of the role, whoever holds them. A login renews those that it asked for without this.
   *
   * @throws LeaseholdError unless it makes users: what STS issues can't be renewed.
   */
  grantLeaseRenewal(subject: IPolicySubject): Grant;
  /**
   * Lets the subject list, renew and revoke leases of the role, whoever holds them.
   *
   * @throws LeaseholdError unless it makes users: what STS issues can't be revoked.
   */
  grantManageLeases(subject: IPolicySubject): Grant;
}

/** What can be granted on a role. */
class AwsRoleGrants {
  readonly credentialsPath: string;

  constructor(
    /** The role itself, or the mount of one that is made elsewhere. */
    private readonly on: IConstruct,
    private readonly mount: string,
    private readonly role: { readonly name: string; readonly credentialType: AwsCredentialType },
  ) {
    // Vault takes both for either; one is enough to be granted.
    this.credentialsPath = `${mount}/${role.credentialType === "iam_user" ? "creds" : "sts"}/${role.name}`;
  }

  credentials(subject: IPolicySubject): Grant {
    const { name, credentialType } = this.role;
    return grant(this.on, subject, {
      path: this.credentialsPath,
      capabilities: credentialType === "iam_user" ? ["read"] : ["read", "update"],
      reason: `Credentials of AWS by role ${name} of mount ${this.mount}`,
    });
  }

  leaseRenewal(subject: IPolicySubject): Grant {
    this.requireLeases("grantLeaseRenewal");
    return grant(this.on, subject, ...leaseRenewalRules(this.credentialsPath));
  }

  manageLeases(subject: IPolicySubject): Grant {
    this.requireLeases("grantManageLeases");
    return grant(this.on, subject, ...leaseManagementRules(this.credentialsPath));
  }

  private requireLeases(method: string): void {
    const { name, credentialType } = this.role;
    if (credentialType === "iam_user") return;
    throw new LeaseholdError(
      this.on.node.path,
      `${method} is asked of role ${name}, and what ${credentialType} issues can neither be renewed nor revoked`,
      "leave it out: it ends by itself",
    );
  }
}

/**
 * What Vault issues for AWS.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/aws#create-update-role
 */
export class AwsSecretsRole extends Construct implements IAwsSecretsRole {
  readonly name: string;
  readonly credentialType: AwsCredentialType;
  private readonly grants: AwsRoleGrants;

  /**
   * @throws LeaseholdError when the name can't be used or is taken, an option can't be used, or is for other types of credentials.
   */
  constructor(scope: Construct, id: string, props: AwsSecretsRoleProps) {
    super(scope, id);
    const where = this.node.path;
    const { engine, credentialType } = props;
    this.name = requireName(where, "name", props.name);
    claimName(this, `role of mount ${engine.path}`, this.name);
    const attributes = awsRoleAttributes(where, props);
    this.credentialType = credentialType;
    this.grants = new AwsRoleGrants(this, engine.path, this);
    this.node.defaultChild =
      credentialType === "session_token"
        ? declareSessionTokens(this, this.name, engine, attributes)
        : new AwsSecretBackendRole(this, "Resource", {
            backend: engine.pathReference,
            name: this.name,
            credentialType,
            ...attributes,
          });
  }

  get credentialsPath(): string {
    return this.grants.credentialsPath;
  }

  grantCredentials(subject: IPolicySubject): Grant {
    return this.grants.credentials(subject);
  }

  grantLeaseRenewal(subject: IPolicySubject): Grant {
    return this.grants.leaseRenewal(subject);
  }

  grantManageLeases(subject: IPolicySubject): Grant {
    return this.grants.manageLeases(subject);
  }
}

/** The provider's own resource refuses them: it wants a policy, which Vault refuses for them, and forbids their TTLs. */
function declareSessionTokens(
  scope: Construct,
  name: string,
  engine: SecretsEngine,
  { defaultStsTtl, maxStsTtl, mfaSerialNumber }: AwsRoleAttributes,
): GenericEndpoint {
  return new GenericEndpoint(scope, "Resource", {
    path: `${engine.pathReference}/roles/${name}`,
    dataJson: JSON.stringify({
      credential_type: "session_token",
      default_sts_ttl: defaultStsTtl,
      max_sts_ttl: maxStsTtl,
      // Written where there is none too, so that one is taken away that was.
      mfa_serial_number: mfaSerialNumber ?? "",
    }),
    ignoreAbsentFields: true,
  });
}

/** A role that is made elsewhere. */
export function importedAwsRole(
  mount: SecretsEngine,
  name: string,
  credentialType: AwsCredentialType,
): IAwsSecretsRole {
  const where = mount.node.path;
  requireName(where, "role", name);
  requireChoice(where, "credentialType", credentialType, awsCredentialTypes);
  const grants = new AwsRoleGrants(mount, mount.path, { name, credentialType });
  return {
    name,
    credentialType,
    credentialsPath: grants.credentialsPath,
    grantCredentials: (subject) => grants.credentials(subject),
    grantLeaseRenewal: (subject) => grants.leaseRenewal(subject),
    grantManageLeases: (subject) => grants.manageLeases(subject),
  };
}
