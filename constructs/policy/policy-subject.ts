import type { IConstruct } from "constructs";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { LeaseholdError } from "../core/errors";
import { namespaceOf, placeInWords } from "../provider/placement";

/** A policy that grants are written to. */
export interface IGrantPolicy {
  /** The name in Vault. */
  readonly name: string;
  /** Path of the namespace that it lies in, from which on its rules name paths. @default the stack's own */
  readonly namespace?: string | undefined;
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

/**
 * Gives the subject rules, and says what was given.
 *
 * @param on What the rules are about. A policy of a namespace around it names its paths with the namespace before them.
 * @throws LeaseholdError when it lies in a namespace that the subject's policy can't reach.
 */
export function grant(on: IConstruct, subject: IPolicySubject, ...rules: readonly PolicyRule[]): Grant {
  const given = seenFrom(subject.grantPolicy, on)(rules);
  for (const rule of given) subject.grantPolicy.addRule(rule);
  return { subject, rules: given };
}

/**
 * The same of rules that are known only when everything has been declared.
 *
 * @throws LeaseholdError when it lies in a namespace that the subject's policy can't reach.
 */
export function grantLater(on: IConstruct, subject: IPolicySubject, rules: () => readonly PolicyRule[]): void {
  const seen = seenFrom(subject.grantPolicy, on);
  subject.grantPolicy.addLaterRules(() => seen(rules()));
}

/**
 * How a policy names what lies elsewhere: the paths of its own namespace as they are, those of a nested one with its path before.
 *
 * @see https://developer.hashicorp.com/vault/docs/enterprise/namespaces
 */
function seenFrom(policy: IGrantPolicy, on: IConstruct): (rules: readonly PolicyRule[]) => readonly PolicyRule[] {
  const [from = "", to = ""] = [policy.namespace, namespaceOf(on)?.path];
  if (from === to) return (rules) => rules;
  if (from !== "" && !to.startsWith(`${from}/`)) {
    throw new LeaseholdError(
      on.node.path,
      `policy ${policy.name} of namespace ${from} is granted something in ${placeInWords(namespaceOf(on))}, which it can't reach`,
      "grant it to a policy or a login of that namespace, or of one around it",
    );
  }
  const prefix = `${from === "" ? to : to.slice(from.length + 1)}/`;
  return (rules) =>
    rules.map((rule) => {
      if (!/\{\{[^{}]*@/.test(rule.path)) return { ...rule, path: `${prefix}${rule.path}` };
      throw new LeaseholdError(
        on.node.path,
        `policy ${policy.name} is granted ${rule.path}, which is about logins of namespace ${to}, and lies outside of it`,
        "grant it to a policy or a login of that namespace",
      );
    });
}
