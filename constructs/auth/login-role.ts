import { Construct } from "constructs";
import { requireName } from "../core/names";
import type { IPolicySubject } from "../policy/policy-subject";
import { SubjectPolicies, type SubjectOptions } from "../policy/subject-policies";
import type { VaultPolicy } from "../policy/vault-policy";
import { claimName } from "../provider/claim";
import { placeWith } from "../provider/placement";
import type { IAuthMethod } from "./auth-method";
import { policyNameOf } from "./policy-name";

export interface LoginRoleProps extends SubjectOptions {
  readonly name: string;
  readonly auth: IAuthMethod;
}

/** A role that programs or people log in as: its name, once in its method, and its policies. */
export abstract class LoginRole extends Construct implements IPolicySubject {
  readonly name: string;
  readonly auth: IAuthMethod;

  protected readonly policies: SubjectPolicies;

  /**
   * @throws LeaseholdError when the name can't be used or is taken.
   */
  constructor(scope: Construct, id: string, props: LoginRoleProps) {
    super(scope, id);
    // Vault keeps the names of roles in lower case.
    this.name = requireName(this.node.path, "name", props.name).toLowerCase();
    this.auth = props.auth;
    placeWith(this, this.auth);
    claimName(this, `login of auth/${this.auth.path}`, this.name);
    this.policies = new SubjectPolicies(this, policyNameOf(this.auth, this.name), {
      ...props,
      selfService: props.selfService ?? true,
    });
  }

  /** The policy `<path>-<name>`, made with the first grant. */
  get grantPolicy(): VaultPolicy {
    return this.policies.grantPolicy;
  }
}
