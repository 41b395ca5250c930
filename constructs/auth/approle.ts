import { ApproleAuthBackendRole } from "@cdktf/provider-vault/lib/approle-auth-backend-role";
import { Construct } from "constructs";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError } from "../core/errors";
import { requireName } from "../core/names";
import { requireCidrs } from "../core/networks";
import type { IPolicySubject } from "../policy/policy-subject";
import { SubjectPolicies, type SubjectOptions } from "../policy/subject-policies";
import type { VaultPolicy } from "../policy/vault-policy";
import { claimName } from "../provider/claim";
import type { IAuthMethod } from "./auth-method";
import { policyNameOf } from "./policy-name";
import { tokenAttributes, type TokenOptions } from "./token-options";

export interface AppRoleOptions extends TokenOptions, SubjectOptions {
  /** How long a SecretID can be used. @default "24h" */
  readonly secretIdTtl?: Duration;
  /** How many logins a SecretID is good for, 1 to 1000000. @default 10 */
  readonly secretIdUses?: number;
  /** Networks that a SecretID may be used from, in CIDR form. @default any */
  readonly secretIdCidrs?: readonly string[];
}

export interface AppRoleProps extends AppRoleOptions {
  readonly name: string;
  readonly auth: IAuthMethod;
}

/**
 * A program's login. Its SecretIDs are issued by commands, never by Terraform, whose state would keep them.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/approle#create-update-approle
 */
export class AppRole extends Construct implements IPolicySubject {
  readonly name: string;
  readonly auth: IAuthMethod;

  private readonly policies: SubjectPolicies;

  /**
   * @throws LeaseholdError when the name is taken, a TTL is malformed or inverted, or a limit or network can't be used.
   */
  constructor(scope: Construct, id: string, props: AppRoleProps) {
    super(scope, id);
    const where = this.node.path;
    // Vault keeps AppRole names in lower case.
    this.name = requireName(where, "name", props.name).toLowerCase();
    this.auth = props.auth;
    claimName(this, `login of auth/${this.auth.path}`, this.name);
    this.policies = new SubjectPolicies(this, policyNameOf(this.auth, this.name), { selfService: true, ...props });
    const { secretIdCidrs } = props;
    this.node.defaultChild = new ApproleAuthBackendRole(this, "Resource", {
      backend: this.auth.pathReference,
      roleName: this.name,
      bindSecretId: true,
      ...tokenAttributes(where, props),
      secretIdTtl: parseDuration(where, "secretIdTtl", props.secretIdTtl ?? "24h"),
      secretIdNumUses: secretIdUses(where, props.secretIdUses ?? 10),
      secretIdBoundCidrs: secretIdCidrs && requireCidrs(where, "secretIdCidrs", secretIdCidrs),
      tokenPolicies: this.policies.names,
    });
  }

  /** The policy `<path>-<name>`, made with the first grant. */
  get grantPolicy(): VaultPolicy {
    return this.policies.grantPolicy;
  }
}

function secretIdUses(where: string, uses: number): number {
  if (Number.isInteger(uses) && uses >= 1 && uses <= 1_000_000) return uses;
  throw new LeaseholdError(
    where,
    `secretIdUses ${uses} is out of range`,
    "give a whole number from 1 to 1000000; 0 would make the SecretID good for any number of logins",
  );
}
