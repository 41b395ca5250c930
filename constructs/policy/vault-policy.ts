import { Policy } from "@cdktf/provider-vault/lib/policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { PolicyDocument } from "../../policies/language/policy-document";
import type { Capability } from "../../policies/language/capability";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { accessorOf } from "../auth/auth-method";
import { LeaseholdError, show } from "../core/errors";
import { isMountPath, nameForm, requireName } from "../core/names";
import { claimName } from "../provider/claim";
import { namespaceOf, place, type Placeable } from "../provider/placement";
import { VaultEndpoint } from "../provider/vault-endpoint";
import type { IGrantPolicy, IPolicySubject } from "./policy-subject";
import { withWhatStands } from "./standing-rules";

/** A policy that can be given to a subject: one of the stack, or one that exists elsewhere. */
export interface IVaultPolicy {
  /** The name in Vault. */
  readonly name: string;
  /** What it allows by itself, where that is known. */
  readonly ownRules?: readonly PolicyRule[];
}

export interface VaultPolicyProps extends Placeable {
  /** The policy's name in Vault, in lower case as Vault keeps it. */
  readonly name: string;
  /** Rules as they are written, such as those of a policy file. What is granted comes on top. @default none */
  readonly rules?: readonly PolicyRule[];
  /**
   * Policies that whoever has this one has too. Vault lets the narrowest of all matching paths decide alone, whichever policy it
   * is from: what these allow on a path is repeated where a grant names a narrower one. @default none
   */
  readonly beside?: readonly IVaultPolicy[];
}

/** Policies that Vault makes by itself. `default` may be written, but every login has it. */
const builtIn = ["root", "default", "response-wrapping", "control-group"];

/**
 * A policy that is written from grants, `role.grantCredentials(policy)`, from rules, or from both. It is rendered when the stack is
 * synthesised, so the order of grants does not matter.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies
 */
export class VaultPolicy extends Construct implements IVaultPolicy, IPolicySubject, IGrantPolicy {
  /**
   * A policy that is managed elsewhere, or Vault's own `default`; nothing is declared for it.
   *
   * @throws LeaseholdError when no login can have a policy of that name.
   */
  static fromName(name: string): IVaultPolicy {
    // A policy that another tool made may well have a name with a slash.
    if (!isMountPath(name)) {
      throw new LeaseholdError("VaultPolicy.fromName", `name ${show(name)} can't name a policy`, `use ${nameForm}`);
    }
    if (name.toLowerCase() === "root") {
      throw new LeaseholdError(
        "VaultPolicy.fromName",
        "name root is the policy that may do everything, and Vault gives it to no login",
        "write what is needed into a policy of its own",
      );
    }
    return { name: name.toLowerCase() };
  }

  readonly name: string;

  private readonly written: PolicyDocument;
  private readonly beside: readonly IVaultPolicy[];
  private readonly granted = new PolicyDocument();
  private readonly laterRules: (() => readonly PolicyRule[])[] = [];

  /**
   * @throws LeaseholdError when the name can't be used or another policy has it, a rule is unsound, or the server would refuse a capability. A policy without any rule
   * fails the synthesis.
   */
  constructor(scope: Construct, id: string, props: VaultPolicyProps) {
    super(scope, id);
    this.name = requireName(this.node.path, "name", props.name).toLowerCase();
    if (builtIn.includes(this.name)) {
      throw new LeaseholdError(this.node.path, `name ${this.name} is a policy of Vault's own`, "choose another name");
    }
    place(this, props.namespace);
    claimName(this, "policy", this.name);
    this.written = new PolicyDocument(props.rules);
    for (const { capabilities } of this.written.rules) {
      for (const capability of capabilities) this.requireCapability(capability);
    }
    this.beside = props.beside ?? [];
    const resource = new Policy(this, "Resource", {
      name: this.name,
      policy: Lazy.stringValue({ produce: () => this.toHcl() }),
    });
    this.node.defaultChild = resource;
    this.node.addValidation({
      validate: () =>
        this.ownRules.length > 0 ? [] : [`policy ${this.name} grants nothing: grant it something or remove it`],
    });
  }

  get grantPolicy(): this {
    return this;
  }

  get namespace(): string | undefined {
    return namespaceOf(this)?.path;
  }

  addRule(rule: PolicyRule): void {
    this.granted.add(rule);
  }

  addLaterRules(rules: () => readonly PolicyRule[]): void {
    this.laterRules.push(rules);
  }

  get ownRules(): readonly PolicyRule[] {
    return [...this.written.rules, ...this.grantedRules];
  }

  /** The policy as Vault gets it. */
  toHcl(): string {
    return this.toDocument().toHcl((path) => accessorOf(this, path));
  }

  /** The policy as an evaluator or a review takes it. */
  toDocument(): PolicyDocument {
    const standing = [...this.written.rules, ...this.beside.flatMap(({ ownRules = [] }) => ownRules)];
    return new PolicyDocument([...this.written.rules, ...withWhatStands(this.grantedRules, standing)]);
  }

  /** No grant has these: only a rule that is written can. */
  private requireCapability(capability: Capability): void {
    if (capability !== "subscribe" && capability !== "recover") return;
    const { server } = VaultEndpoint.of(this);
    server.require(this.node.path, `capability ${capability}`, `${capability}Capability`);
  }

  private get grantedRules(): PolicyRule[] {
    return [...this.granted.rules, ...this.laterRules.flatMap((rules) => rules())];
  }
}
