import { parseDuration } from "../../constructs/core/duration";
import { type Capability, capabilities } from "../language/capability";
import { ParameterConstraints } from "./parameter-constraints";
import type { PathPattern } from "./path-pattern";
import type { PolicyRule } from "../language/policy-rule";
import type { PolicyServer } from "./policy-server";

/** A rule, and the policy that has it. */
export interface PolicyGrant {
  readonly policy: string;
  readonly rule: PolicyRule;
}

/**
 * What the rules of several policies on one pattern come to: their capabilities add up, their constraints bind all of them, and
 * `deny` in one takes everything.
 */
export class PathAccess {
  readonly grants: PolicyGrant[] = [];
  readonly parameters: ParameterConstraints;
  /** Seconds; the smallest of any rule. */
  minWrappingTtl: number | undefined;
  maxWrappingTtl: number | undefined;
  private readonly granted = new Set<Capability>();

  constructor(
    readonly pattern: PathPattern,
    server: PolicyServer,
  ) {
    this.parameters = new ParameterConstraints(server);
  }

  /** @throws LeaseholdError when a wrapping TTL is no duration. */
  add(grant: PolicyGrant): void {
    const { rule } = grant;
    this.grants.push(grant);
    for (const capability of rule.capabilities) this.granted.add(capability);
    this.parameters.add(rule);
    this.minWrappingTtl = smaller(this.minWrappingTtl, secondsOf(rule, "minWrappingTtl"));
    this.maxWrappingTtl = smaller(this.maxWrappingTtl, secondsOf(rule, "maxWrappingTtl"));
  }

  get denied(): boolean {
    return this.granted.has("deny");
  }

  /** Whether one of the rules says so, denied or not. */
  has(capability: Capability): boolean {
    return this.granted.has(capability);
  }

  /** In the order of the API; `deny` alone where nothing may be done. */
  get capabilities(): readonly Capability[] {
    const list = capabilities.filter((each) => this.granted.has(each));
    return this.denied || list.length === 0 ? ["deny"] : list;
  }

  /** The rules that say so. */
  grantsOf(capability: Capability): readonly PolicyGrant[] {
    return this.grants.filter(({ rule }) => rule.capabilities.includes(capability));
  }
}

function secondsOf(rule: PolicyRule, field: "minWrappingTtl" | "maxWrappingTtl"): number | undefined {
  const value = rule[field];
  return value === undefined ? undefined : parseDuration(`policy rule on ${rule.path}`, field, value);
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
