import type { PolicyRule } from "../../policies/language/policy-rule";

/** A policy that grants are written to. */
export interface IGrantPolicy {
  /** The name in Vault. */
  readonly name: string;
  addRule(rule: PolicyRule): void;
  /** Rules that are known only when everything has been declared. */
  addLaterRules(rules: () => readonly PolicyRule[]): void;
}

/** Whoever can be granted something: a policy itself, or a login that carries one. */
export interface IPolicySubject {
  /** The policy that the subject's grants are written to. */
  readonly grantPolicy: IGrantPolicy;
}

/** What a grant gave to whom. */
export interface Grant {
  readonly subject: IPolicySubject;
  readonly rules: readonly PolicyRule[];
}

/** Gives the subject rules, and says what was given. */
export function grant(subject: IPolicySubject, ...rules: readonly PolicyRule[]): Grant {
  for (const rule of rules) subject.grantPolicy.addRule(rule);
  return { subject, rules };
}
