import type { Duration } from "../../constructs/core/duration";
import type { Capability } from "./capability";

/** A value of a request's parameter, as JSON has it. In a string, `*` at either end stands for any rest. */
export type ParameterValue =
  string | number | boolean | readonly ParameterValue[] | { readonly [key: string]: ParameterValue };

/** Values by parameter; an empty list stands for any value, the parameter `*` for all that are not named. */
export type ParameterValues = Readonly<Record<string, readonly ParameterValue[]>>;

/**
 * What may be done on the paths that a pattern matches, with which parameters, and why.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#policy-syntax
 */
export interface PolicyRule {
  /**
   * `+` stands for one segment, `*` at the end for any rest. No leading `/`. Identity templates such as
   * `{{identity.entity.name}}` are filled in by the server; the accessor of an auth method is written as `@` and the path of its
   * mount, `{{identity.entity.aliases.@ldap.name}}`, and filled in when the policy is deployed.
   */
  readonly path: string;
  /** `deny` takes away whatever stands beside it. */
  readonly capabilities: readonly Capability[];
  /** Why the rule is there; it becomes a comment in the policy. */
  readonly reason: string;
  /** The only parameters that a request may have. Their names count in lower case. @default any */
  readonly allowedParameters?: ParameterValues | undefined;
  /** Parameters, or values of them, that a request may not have. @default none */
  readonly deniedParameters?: ParameterValues | undefined;
  /** Parameters that a request must have. @default none */
  readonly requiredParameters?: readonly string[] | undefined;
  /** The answer must be wrapped, for this long at least. @default it need not be wrapped */
  readonly minWrappingTtl?: Duration | undefined;
  /** The answer must be wrapped, for this long at most. @default it need not be wrapped */
  readonly maxWrappingTtl?: Duration | undefined;
  /** Types of the events that `subscribe` covers, `*` for any rest (Vault Enterprise; OpenBao refuses it). @default none */
  readonly subscribeEventTypes?: readonly string[] | undefined;
}

/** What a rule says besides its path and its reason. */
export type RuleField = Exclude<keyof PolicyRule, "path" | "reason">;

/** The fields of a rule by the keys that a policy has for them, in the order in which they are written. */
export const ruleKeys: Readonly<Record<RuleField, string>> = {
  capabilities: "capabilities",
  allowedParameters: "allowed_parameters",
  deniedParameters: "denied_parameters",
  requiredParameters: "required_parameters",
  minWrappingTtl: "min_wrapping_ttl",
  maxWrappingTtl: "max_wrapping_ttl",
  subscribeEventTypes: "subscribe_event_types",
};

const conditions = (Object.keys(ruleKeys) as RuleField[]).filter((field) => field !== "capabilities");

/** Whether a rule allows what it allows under any circumstances. */
export function isUnconditional(rule: PolicyRule): boolean {
  return conditions.every((field) => rule[field] === undefined);
}
