import type { Rule } from "../../constructs/core/rule";
import type { PolicyRule } from "../language/policy-rule";

/** What the rules of a policy alone do not say. */
export interface LintContext {
  /** Paths of mounts of KV version 2, besides those that a rule gives away by `data/` or `metadata/`. @default ["secret"] */
  readonly kvMounts?: readonly string[] | undefined;
  /** Patterns on which `sudo` may be granted, besides the paths that need it. @default none */
  readonly sudoPaths?: readonly string[] | undefined;
}

/** What a guardrail has against a rule. */
export interface Finding {
  readonly rule: PolicyRule;
  /** What is wrong, in a sentence without its full stop. */
  readonly problem: string;
  /** @default the guardrail's */
  readonly remedy?: string | undefined;
}

/** A guardrail on policies, `LH-POL-`. */
export interface LintRule extends Rule {
  /** Judges the rules of one policy together. */
  check(rules: readonly PolicyRule[], context: LintContext): Finding[];
}

export const policyPage = "https://developer.hashicorp.com/vault/docs/concepts/policies";
export const kvPage = "https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2/setup#acl-rules";
