import { LeaseholdError } from "../../constructs/core/errors";
import type { Capability } from "../language/capability";
import { Evaluator, type NamedPolicy, type PolicyRequest } from "../evaluator/evaluator";
import type { PolicyRule } from "../language/policy-rule";
import type { PolicyServer } from "../evaluator/policy-server";

/** Policies that one subject has together, as one side of a comparison. Templates stand for a text that nothing else has. */
export class AccessSide {
  /** The patterns of all rules. */
  readonly patterns: readonly string[];
  private readonly evaluator: Evaluator;

  /** @throws LeaseholdError when the server would refuse one of the policies, and so whatever its holder asks. */
  constructor(policies: readonly NamedPolicy[], product: PolicyServer) {
    const plain = policies.map(({ name, rules }) => ({ name, rules: rules.map(withoutTemplates) }));
    this.patterns = plain.flatMap(({ rules }) => rules.map(({ path }) => path));
    this.evaluator = new Evaluator(plain, { product });
    const { problem } = this.evaluator.acl;
    if (problem !== undefined) {
      throw new LeaseholdError("policies", `${product} refuses them: ${problem}`, "mend the policy");
    }
  }

  /** Whether a request is allowed, given `sudo` where its path needs that: it is a capability of its own here. */
  allows(request: PolicyRequest): boolean {
    return this.evaluator.allowsWithSudo(request);
  }

  /** The rules that decide together. */
  rulesOn(path: string, capability: Capability): readonly PolicyRule[] {
    return this.evaluator.acl.on(path, capability === "list")?.grants.map(({ rule }) => rule) ?? [];
  }
}

/** What has a meaning in a path, and what stands for it within a template. */
const stand = { "/": "\u2215", "+": "\uff0b", "*": "\u2217" } as const;

/** Its templates in brackets, which the evaluator does not fill in. */
function withoutTemplates(rule: PolicyRule): PolicyRule {
  if (!rule.path.includes("{{")) return rule;
  const path = rule.path.replace(
    /\{\{\s*(.*?)\s*\}\}/g,
    (_, selector: string) => `<${selector.replace(/[/+*]/g, (sign) => stand[sign as keyof typeof stand])}>`,
  );
  return { ...rule, path };
}

/** A path with its templates as a policy has them. */
export function withTemplates(path: string): string {
  if (!path.includes("<")) return path;
  return Object.entries(stand).reduce(
    (text, [sign, instead]) => text.replaceAll(instead, sign),
    path.replace(/<(identity\.[^<>]*)>/g, "{{$1}}"),
  );
}
