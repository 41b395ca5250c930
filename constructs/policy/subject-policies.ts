import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import type { PolicyRule } from "../../policies/policy-rule";
import { VaultPolicy } from "./vault-policy";

/** A policy that can be given to a subject: one of the stack, or one that exists elsewhere. */
export interface IVaultPolicy {
  /** The name in Vault. */
  readonly name: string;
}

export interface SubjectOptions {
  /** Policies besides the one that the subject's grants are written to. @default none */
  readonly policies?: readonly IVaultPolicy[];
  /**
   * Write to the subject's own policy that it may look up, renew and revoke its own token, and renew leases that it knows the id
   * of. Vault's policy `default` has these too, among others; this makes a login work without it.
   * @default true for logins, false for groups and entities
   */
  readonly selfService?: boolean;
}

/** What whoever logs in needs for its own token and leases. */
export const selfServiceRules: readonly PolicyRule[] = [
  { path: "auth/token/lookup-self", capabilities: ["read"], reason: "Looks its own token up" },
  { path: "auth/token/renew-self", capabilities: ["update"], reason: "Renews its own token" },
  { path: "auth/token/revoke-self", capabilities: ["update"], reason: "Ends its own token" },
  { path: "sys/leases/renew", capabilities: ["update"], reason: "Renews leases that it knows the id of" },
];

/** The policies of a login, a group or an entity: those that it is given by name, and its own, made with the first grant. */
export class SubjectPolicies {
  private own: VaultPolicy | undefined;

  constructor(
    private readonly subject: Construct,
    /** Name of its own policy. */
    private readonly name: string,
    private readonly options: SubjectOptions,
  ) {}

  /** The policy that grants are written to. */
  get grantPolicy(): VaultPolicy {
    if (this.own === undefined) {
      this.own = new VaultPolicy(this.subject, "Policy", { name: this.name });
      if (this.options.selfService === true) for (const rule of selfServiceRules) this.own.addRule(rule);
    }
    return this.own;
  }

  /** The names, for Terraform: complete when the stack is synthesised. */
  get names(): string[] {
    return Lazy.listValue({
      produce: () =>
        [...new Set([...(this.options.policies ?? []), ...this.ownPolicies].map(({ name }) => name))].sort(),
    });
  }

  private get ownPolicies(): VaultPolicy[] {
    return this.own === undefined ? [] : [this.own];
  }
}
