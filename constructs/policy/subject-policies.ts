import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { requireSameNamespace } from "../provider/placement";
import { type IVaultPolicy, VaultPolicy } from "./vault-policy";

export interface SubjectOptions {
  /** Policies besides the one that the subject's grants are written to. @default none */
  readonly policies?: readonly IVaultPolicy[];
  /**
   * Write to the subject's own policy that it may look up, renew and revoke its own token, and look up and renew leases that it
   * knows the id of. Vault's policy `default` has these too, among others; this makes a login work without it.
   * @default true for logins, false for groups and entities
   */
  readonly selfService?: boolean;
}

/** What whoever logs in needs for its own token and leases. Ids of leases can't be guessed, and only who asked for one gets it. */
export const selfServiceRules: readonly PolicyRule[] = [
  { path: "auth/token/lookup-self", capabilities: ["read"], reason: "Looks its own token up" },
  { path: "auth/token/renew-self", capabilities: ["update"], reason: "Renews its own token" },
  { path: "auth/token/revoke-self", capabilities: ["update"], reason: "Ends its own token" },
  { path: "sys/leases/lookup", capabilities: ["update"], reason: "Looks up leases that it knows the id of" },
  { path: "sys/leases/renew", capabilities: ["update"], reason: "Renews leases that it knows the id of" },
];

/**
 * The policies of a login, a group or an entity: those that it is given by name, and its own. Its own is made with the first grant,
 * or at once for a login without Vault's policy `default`, which else could not even renew its token.
 */
export class SubjectPolicies {
  private own: VaultPolicy | undefined;

  constructor(
    private readonly subject: Construct,
    /** Name of its own policy. */
    private readonly name: string,
    private readonly options: SubjectOptions & { readonly noDefaultPolicy?: boolean },
  ) {
    for (const policy of options.policies ?? []) requireSameNamespace(subject, policy, `policy ${policy.name}`);
    if (options.noDefaultPolicy === true && options.selfService === true) this.makeOwn();
  }

  /** The policy that grants are written to. */
  get grantPolicy(): VaultPolicy {
    return this.own ?? this.makeOwn();
  }

  /** The names, for Terraform: complete when the stack is synthesised. */
  get names(): string[] {
    return Lazy.listValue({ produce: () => this.current });
  }

  /** The names so far. */
  get current(): string[] {
    const own = this.own === undefined ? [] : [this.own];
    return [...new Set([...(this.options.policies ?? []), ...own].map(({ name }) => name))].sort();
  }

  private makeOwn(): VaultPolicy {
    const { policies, selfService } = this.options;
    this.own = new VaultPolicy(this.subject, "Policy", { name: this.name, beside: policies });
    if (selfService === true) for (const rule of selfServiceRules) this.own.addRule(rule);
    return this.own;
  }
}
