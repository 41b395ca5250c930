import type { PolicyServer } from "./policy-server";
import type { ParameterValue, ParameterValues, PolicyRule } from "../language/policy-rule";

/** What a request's parameters break. */
export interface ParameterProblem {
  readonly kind: "required" | "denied" | "not-allowed";
  readonly parameter: string;
}

/**
 * What rules on one pattern say about a request's parameters, added up as the servers do: whatever one of them restricts is
 * restricted, also for what another one allows freely.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#parameter-constraints
 */
export class ParameterConstraints {
  private readonly allowed = new Map<string, ParameterValue[]>();
  private readonly denied = new Map<string, ParameterValue[]>();
  private readonly required = new Set<string>();

  constructor(private readonly server: PolicyServer) {}

  add(rule: PolicyRule): void {
    addValues(this.allowed, rule.allowedParameters);
    addValues(this.denied, rule.deniedParameters);
    for (const parameter of rule.requiredParameters ?? []) this.required.add(parameter.toLowerCase());
  }

  /**
   * The first problem of a request with these parameters; undefined where there is none. The servers keep a list in a query in a
   * type of its own, which equals no list of a policy and has no items to judge.
   */
  check(parameters: Readonly<Record<string, unknown>>, inQuery: boolean): ParameterProblem | undefined {
    for (const parameter of this.required) {
      // Only a name in lower case counts.
      if (!Object.hasOwn(parameters, parameter)) return { kind: "required", parameter };
    }
    const given = Object.entries(parameters).map(
      ([parameter, value]) => [parameter, inQuery && Array.isArray(value) ? queryList : value] as const,
    );
    const [first] = given;
    if (first === undefined) return undefined;
    if (this.denied.has("*")) return { kind: "denied", parameter: first[0] };
    for (const [parameter, value] of given) {
      const values = this.denied.get(parameter.toLowerCase());
      if (values !== undefined && this.denies(value, values)) return { kind: "denied", parameter };
    }
    if (this.allowed.size === 0) return undefined;
    const othersAllowed = this.allowed.has("*");
    for (const [parameter, value] of given) {
      const values = this.allowed.get(parameter.toLowerCase());
      if (values === undefined ? !othersAllowed : !this.allows(value, values))
        return { kind: "not-allowed", parameter };
    }
    return undefined;
  }

  private denies(value: unknown, values: readonly ParameterValue[]): boolean {
    return values.length === 0 || isAmong(value, values) || this.itemsOf(value).some((item) => isAmong(item, values));
  }

  private allows(value: unknown, values: readonly ParameterValue[]): boolean {
    if (values.length === 0 || isAmong(value, values)) return true;
    // Vault lets an empty list and an empty text pass: none of their items is forbidden.
    return this.server === "vault" && isList(value) && this.itemsOf(value).every((item) => isAmong(item, values));
  }

  /** What Vault judges one by one, since 1.21. */
  private itemsOf(value: unknown): readonly unknown[] {
    if (this.server !== "vault") return [];
    if (Array.isArray(value)) return value;
    return typeof value === "string" && value !== "" ? value.split(",").map((item) => item.trim()) : [];
  }
}

/** Equals nothing. */
const queryList = Symbol("a list in a query");

/** What Vault may take for a list: a text may hold items between commas. */
function isList(value: unknown): boolean {
  return Array.isArray(value) || typeof value === "string";
}

function addValues(to: Map<string, ParameterValue[]>, from: ParameterValues | undefined): void {
  for (const [parameter, values] of Object.entries(from ?? {})) {
    const name = parameter.toLowerCase();
    const known = to.get(name);
    // An empty list stands for any value, and so wins.
    to.set(name, values.length === 0 || known?.length === 0 ? [] : [...values, ...(known ?? [])]);
  }
}

function isAmong(value: unknown, values: readonly ParameterValue[]): boolean {
  return values.some((each) => (typeof each === "string" ? matchesText(each, value) : isSame(each, value, true)));
}

/** A single `*` stands for itself. */
function matchesText(text: string, value: unknown): boolean {
  if (typeof value !== "string") return false;
  if (text.length < 2) return value === text;
  const [from, to] = [text.startsWith("*"), text.endsWith("*")];
  if (from && to) return value.includes(text.slice(1, -1));
  if (from) return value.endsWith(text.slice(1));
  return to ? value.startsWith(text.slice(0, -1)) : value === text;
}

/**
 * A number of a policy equals no number of a request, nor anything else: the servers read the two into different types. An object
 * right inside an object is read as a list of one, and so equals nothing either.
 */
function isSame(wanted: ParameterValue, value: unknown, inList: boolean): boolean {
  if (typeof wanted !== "object") return typeof wanted !== "number" && wanted === value;
  if (typeof value !== "object" || value === null) return false;
  if (isValues(wanted)) {
    return (
      Array.isArray(value) &&
      wanted.length === value.length &&
      wanted.every((each, at) => isSame(each, value[at], true))
    );
  }
  if (!inList || Array.isArray(value)) return false;
  const [keys, given] = [Object.keys(wanted), value as Readonly<Record<string, unknown>>];
  return (
    keys.length === Object.keys(given).length &&
    keys.every((key) => Object.hasOwn(given, key) && isSame(wanted[key] as ParameterValue, given[key], false))
  );
}

function isValues(value: ParameterValue): value is readonly ParameterValue[] {
  return Array.isArray(value);
}
