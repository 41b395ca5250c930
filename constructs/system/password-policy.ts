import { PasswordPolicy as PasswordPolicyResource } from "@cdktf/provider-vault/lib/password-policy";
import { Construct } from "constructs";
import {
  type PasswordRules,
  renderPasswordPolicy,
  requirePasswordRules,
} from "../../policies/passwords/password-rules";
import { strengthOf } from "../../policies/passwords/password-strength";
import { requireName } from "../core/names";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { claimName } from "../provider/claim";

/** Rules for the passwords that Vault makes, declared here or elsewhere. */
export interface IPasswordPolicy {
  readonly name: string;
  /** A reference to the policy that makes Terraform create it before, and remove it after, whatever makes passwords by it. */
  readonly nameReference: string;
}

export interface PasswordPolicyProps extends PasswordRules {
  /** What connections call it. */
  readonly name: string;
}

/**
 * Rules for the passwords that Vault makes, such as those of database users. Without one Vault makes 20 characters of letters,
 * digits and `-`.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/password-policies
 */
export class PasswordPolicy extends Construct implements IPasswordPolicy {
  /**
   * A policy that is managed elsewhere; nothing is declared for it.
   *
   * @throws LeaseholdError when the name can't be one.
   */
  static fromName(scope: Construct, id: string, name: string): IPasswordPolicy {
    return new ImportedPasswordPolicy(scope, id, name);
  }

  readonly name: string;
  readonly nameReference: string;
  /** Bits that its passwords have: the logarithm to base 2 of how many there are. */
  readonly entropyBits: number;

  /**
   * @throws LeaseholdError when the name can't be used or is taken, or Vault could make no password by the rules, or only weak
   * ones, or ones that break what they are put into.
   */
  constructor(scope: Construct, id: string, props: PasswordPolicyProps) {
    super(scope, id);
    const where = this.node.path;
    this.name = requireName(where, "name", props.name);
    claimName(this, "password policy", this.name);
    const recipe = requirePasswordRules(where, props);
    this.entropyBits = strengthOf(recipe).bits;
    const resource = new PasswordPolicyResource(this, "Resource", {
      name: this.name,
      policy: renderPasswordPolicy(recipe),
    });
    this.node.defaultChild = resource;
    this.nameReference = resource.name;
  }

  /** Lets the subject have Vault make a password, which Vault then forgets: for what Vault itself can't log in to. */
  grantGenerate(subject: IPolicySubject): Grant {
    return grant(this, subject, {
      path: `sys/policies/password/${this.name}/generate`,
      capabilities: ["read"],
      reason: `Passwords by the policy ${this.name}`,
    });
  }
}

class ImportedPasswordPolicy extends Construct implements IPasswordPolicy {
  readonly name: string;

  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    this.name = requireName(this.node.path, "name", name);
    claimName(this, "password policy", this.name);
  }

  get nameReference(): string {
    return this.name;
  }
}
