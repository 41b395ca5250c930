import { Policy } from "@cdktf/provider-vault/lib/policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import type { PolicyRule } from "../../policies/policy-rule";
import { PolicyDocument } from "../../policies/policy-document";
import { accessorOf } from "../auth/auth-method";
import { LeaseholdError } from "../core/errors";
import { requireName } from "../core/names";
import { claimName } from "../provider/claim";
import type { IGrantPolicy, IPolicySubject } from "./policy-subject";

export interface VaultPolicyProps {
  /** The policy's name in Vault, in lower case as Vault keeps it. */
  readonly name: string;
}

/**
 * A policy that is written from grants: `role.grantCredentials(policy)`. It is rendered when the stack is synthesised, so the
 * order of grants does not matter.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies
 */
export class VaultPolicy extends Construct implements IPolicySubject, IGrantPolicy {
  readonly name: string;

  private readonly document = new PolicyDocument();
  private readonly laterRules: (() => readonly PolicyRule[])[] = [];

  /**
   * @throws LeaseholdError when the name can't be used or another policy has it. A policy without any rule fails the synthesis.
   */
  constructor(scope: Construct, id: string, props: VaultPolicyProps) {
    super(scope, id);
    this.name = requireName(this.node.path, "name", props.name).toLowerCase();
    if (["root", "default"].includes(this.name)) {
      throw new LeaseholdError(this.node.path, `name ${this.name} is a policy of Vault's own`, "choose another name");
    }
    claimName(this, "policy", this.name);
    const resource = new Policy(this, "Resource", {
      name: this.name,
      policy: Lazy.stringValue({ produce: () => this.toHcl() }),
    });
    this.node.defaultChild = resource;
    this.node.addValidation({
      validate: () =>
        this.rules().length > 0 ? [] : [`policy ${this.name} grants nothing: grant it something or remove it`],
    });
  }

  get grantPolicy(): this {
    return this;
  }

  addRule(rule: PolicyRule): void {
    this.document.add(rule);
  }

  addLaterRules(rules: () => readonly PolicyRule[]): void {
    this.laterRules.push(rules);
  }

  /** The policy as Vault gets it. */
  toHcl(): string {
    return new PolicyDocument(this.rules()).toHcl((path) => accessorOf(this, path));
  }

  private rules(): PolicyRule[] {
    return [...this.document.rules, ...this.laterRules.flatMap((rules) => rules())];
  }
}
