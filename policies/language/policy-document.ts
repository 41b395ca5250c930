import type { AccessorOf } from "./identity-template";
import { mergedRule } from "./merged-rule";
import type { PolicyRule } from "./policy-rule";
import { renderHcl, renderJson } from "./rendered-rule";
import { requireSoundRule, type RuleContext } from "./rule-checks";

/** Names auth methods by the path of their mount, for a reader; a server wants accessors. */
const asWritten: AccessorOf = (path) => `@${path}`;

/**
 * Rules of one policy. Rules on one path are one rule that allows what each of them does (`mergedRule` says how), and the order
 * in which they were added does not show.
 */
export class PolicyDocument {
  private readonly byPath = new Map<string, PolicyRule[]>();

  constructor(rules: Iterable<PolicyRule> = []) {
    for (const rule of rules) this.add(rule);
  }

  /**
   * @param context How messages name the rule. @default `policy rule on PATH`, and the names of the options
   * @throws LeaseholdError when Vault would refuse the rule or not read it as it is meant: a path, a template, a capability, a
   * parameter's name or value, a wrapping TTL that can't be, or a parameter that is allowed and denied.
   */
  add(rule: PolicyRule, context?: RuleContext): void {
    requireSoundRule(rule, context);
    const rules = this.byPath.get(rule.path) ?? [];
    rules.push(mergedRule(rule.path, [rule]));
    this.byPath.set(rule.path, rules);
  }

  /** The rules by path, as Vault reads them: each capability once and in Vault's order, `deny` alone, names in lower case. */
  get rules(): PolicyRule[] {
    return [...this.byPath.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, rules]) => mergedRule(path, rules));
  }

  /** The policy in HCL, the same for the same rules whatever their order. */
  toHcl(accessorOf: AccessorOf = asWritten): string {
    return this.rules.map((rule) => renderHcl(rule, accessorOf)).join("\n");
  }

  /**
   * The policy in JSON, which Vault accepts too, the same for the same rules whatever their order.
   *
   * @throws LeaseholdError when a parameter has a boolean or a list for a value, which Vault's JSON loses.
   */
  toJson(accessorOf: AccessorOf = asWritten): string {
    const { rules } = this;
    if (rules.length === 0) return "{}\n";
    return `{\n  "path": {\n${rules.map((rule) => renderJson(rule, accessorOf)).join(",\n")}\n  }\n}\n`;
  }
}
