import { LeaseholdError } from "../../constructs/core/errors";
import { type AccessChange, diffPolicies } from "../../policies/diff/diff-policies";
import type { NamedPolicy } from "../../policies/evaluator/acl";
import type { PolicyServer } from "../../policies/evaluator/policy-server";
import { parsePolicy } from "../../policies/parser/parse-policy";
import type { PlannedPolicy } from "./policy-subjects";

type Rules = NamedPolicy["rules"];

/** A policy as it was read on both sides; an error where its text can't be. */
export interface ReadPolicy extends PlannedPolicy {
  readonly rules: { readonly before: Rules | LeaseholdError; readonly after: Rules | LeaseholdError };
}

/** Reads policies on both sides of a plan; what can't be read is there with its error. */
export async function readPolicies(policies: readonly PlannedPolicy[]): Promise<ReadPolicy[]> {
  const found: ReadPolicy[] = [];
  for (const policy of policies) {
    const before = await rulesOf(policy.before, policy.address);
    const after = policy.after === policy.before ? before : await rulesOf(policy.after, policy.address);
    found.push({ ...policy, rules: { before, after } });
  }
  return found;
}

async function rulesOf(text: string | undefined, file: string): Promise<Rules | LeaseholdError> {
  if (text === undefined || text === "") return [];
  try {
    return (await parsePolicy(text, { file })).rules;
  } catch (thrown) {
    if (thrown instanceof LeaseholdError) return thrown;
    throw thrown;
  }
}

type Side = "before" | "after";

/** Compares what lists of policies allow; the same lists, which many subjects have, only once. */
export class PolicyComparison {
  private readonly known = new Map<string, readonly AccessChange[] | LeaseholdError>();
  private readonly policies: ReadonlyMap<string, readonly ReadPolicy[]>;

  constructor(
    policies: readonly ReadPolicy[],
    private readonly server: PolicyServer,
  ) {
    const byName = new Map<string, ReadPolicy[]>();
    for (const policy of policies) byName.set(policy.name, [...(byName.get(policy.name) ?? []), policy]);
    this.policies = byName;
  }

  /** What came and went; the error where that can't be said. */
  of(before: readonly string[], after: readonly string[]): readonly AccessChange[] | LeaseholdError {
    // A role that gets a new policy gains just what that policy gains.
    const lists = [this.existing(before, "before"), this.existing(after, "after")] as const;
    const key = JSON.stringify(lists);
    const known = this.known.get(key) ?? this.compare(...lists);
    this.known.set(key, known);
    return known;
  }

  /** Those that the plan does not have: what they allow can't be said. */
  foreign(names: readonly string[]): string[] {
    return names.filter((name) => !this.policies.has(name));
  }

  /** Those whose text is not known yet. */
  unknown(names: readonly string[]): string[] {
    return names.filter((name) => this.policies.get(name)?.some(({ unknown }) => unknown));
  }

  /** Those that can't be read, on one side. */
  unreadable(names: readonly string[], side: Side): LeaseholdError[] {
    const rules = names.flatMap((name) => this.policies.get(name) ?? []).map((policy) => policy.rules[side]);
    return rules.filter((each) => each instanceof LeaseholdError);
  }

  /** Without those of which one side is not known, or can't be read: comparing them would make up gains and losses. */
  settled(names: readonly string[]): string[] {
    return names.filter((name) => this.unknown([name]).length + this.unreadable([name], "after").length === 0);
  }

  private existing(names: readonly string[], side: Side): string[] {
    return names.filter((name) => this.policies.get(name)?.some((policy) => policy[side] !== undefined));
  }

  private compare(before: readonly string[], after: readonly string[]): readonly AccessChange[] | LeaseholdError {
    try {
      return diffPolicies(this.named(before, "before"), this.named(after, "after"), { product: this.server });
    } catch (thrown) {
      if (thrown instanceof LeaseholdError) return thrown;
      throw thrown;
    }
  }

  private named(names: readonly string[], side: Side): NamedPolicy[] {
    return names.flatMap((name) =>
      (this.policies.get(name) ?? []).map(({ rules }) => {
        const read = rules[side];
        return { name, rules: read instanceof LeaseholdError ? [] : read };
      }),
    );
  }
}
