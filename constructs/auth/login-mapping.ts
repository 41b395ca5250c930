import { Construct } from "constructs";
import type { IPolicySubject } from "../policy/policy-subject";
import { SubjectPolicies, type SubjectOptions } from "../policy/subject-policies";
import type { VaultPolicy } from "../policy/vault-policy";
import { claimName } from "../provider/claim";
import { placeWith } from "../provider/placement";
import type { IAuthMethod } from "./auth-method";
import { policyNameOf } from "./policy-name";

export interface LoginMappingProps extends SubjectOptions {
  readonly name: string;
  readonly auth: IAuthMethod;
}

/** Somebody, or a group of people, whom a directory outside of Vault knows by a name: whoever logs in as such gets its policies. */
export abstract class LoginMapping extends Construct implements IPolicySubject {
  readonly name: string;
  readonly auth: IAuthMethod;

  protected readonly policies: SubjectPolicies;

  /**
   * @throws LeaseholdError when the name is taken.
   */
  constructor(scope: Construct, id: string, kind: "group" | "team" | "user", name: string, props: LoginMappingProps) {
    super(scope, id);
    this.name = name;
    this.auth = props.auth;
    placeWith(this, this.auth);
    claimName(this, `${kind} of auth/${this.auth.path}`, this.name);
    // Directories allow in names what policies' names can't hold.
    const own = policyNameOf(this.auth, `${kind}-${this.name.replace(/[^A-Za-z0-9_.-]/g, "-")}`);
    this.policies = new SubjectPolicies(this, own, { ...props, selfService: props.selfService ?? true });
  }

  /** The policy `<path>-group-<name>` (or `-team-`, `-user-`), made with the first grant. */
  get grantPolicy(): VaultPolicy {
    return this.policies.grantPolicy;
  }
}
