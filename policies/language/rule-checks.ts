import { parseDuration } from "../../constructs/core/duration";
import { LeaseholdError, show } from "../../constructs/core/errors";
import { nearest } from "../../constructs/core/nearest";
import { capabilities } from "./capability";
import { templateProblem, withoutTemplates } from "./identity-template";
import { anyParameter, coversValue } from "./parameter-values";
import type { ParameterValues, PolicyRule, RuleField } from "./policy-rule";

/** How messages about a rule say where it is and what its fields are called. */
export interface RuleContext {
  readonly where: (field: RuleField | "path") => string;
  readonly name: (field: RuleField) => string;
}

/**
 * @throws LeaseholdError when Vault would refuse the rule, or not read it as it is meant.
 */
export function requireSoundRule(rule: PolicyRule, context: RuleContext = contextOf(rule)): void {
  const fail = (field: RuleField | "path", problem: string, remedy: string): never => {
    throw new LeaseholdError(context.where(field), problem, remedy);
  };
  requireSoundPath(rule.path, fail);
  const checks = new RuleChecks(rule, context, fail);
  checks.capabilities();
  checks.parameters();
  checks.wrapping();
  checks.events();
}

function contextOf(rule: PolicyRule): RuleContext {
  return {
    where: (field) => (field === "path" ? "policy rule" : `policy rule on ${rule.path}`),
    name: (field) => field,
  };
}

type Fail = (field: RuleField | "path", problem: string, remedy: string) => never;

function requireSoundPath(given: string, fail: Fail): void {
  const templated = templateProblem(given);
  if (templated !== undefined) fail("path", `path ${show(given)} ${templated.problem}`, templated.remedy);
  const path = withoutTemplates(given);
  const problem =
    path === ""
      ? "is empty"
      : path.startsWith("/")
        ? "begins with /, which no path in Vault does"
        : /["\\\u0000-\u001f\u007f\ue123\p{Surrogate}]|\$\{|%\{/u.test(given)
          ? "holds a character that would end the string in HCL"
          : /\*(?!$)/.test(path)
            ? "has a * before its end, where it stands for itself"
            : /[^/]\+|\+[^/]/.test(path)
              ? "has a + that is not a whole segment, which Vault refuses or takes for itself"
              : undefined;
  if (problem !== undefined) {
    fail(
      "path",
      `path ${show(given)} ${problem}`,
      "write a path as Vault's API has it, with + for one segment and * at the end only",
    );
  }
}

class RuleChecks {
  constructor(
    private readonly rule: PolicyRule,
    private readonly context: RuleContext,
    private readonly fail: Fail,
  ) {}

  capabilities(): void {
    const { capabilities: given } = this.rule;
    const name = this.context.name("capabilities");
    if (given.length === 0) {
      this.fail("capabilities", `${name} is empty`, `give one or more of ${capabilities.join(", ")}`);
    }
    for (const each of given) {
      if (capabilities.includes(each)) continue;
      const meant = nearest(each, capabilities);
      this.fail(
        "capabilities",
        `${name} has ${show(each)}, which is no capability`,
        meant === undefined ? `give one or more of ${capabilities.join(", ")}` : `did you mean ${meant}?`,
      );
    }
  }

  parameters(): void {
    this.values("allowedParameters");
    this.values("deniedParameters");
    this.names("requiredParameters", this.rule.requiredParameters ?? []);
    this.contradiction();
  }

  /** Vault accepts the first two, and then never allows what the rule says that it does. */
  private contradiction(): void {
    const allowed = lowerCase(this.rule.allowedParameters);
    const denied = lowerCase(this.rule.deniedParameters);
    const names = this.context.name("allowedParameters");
    if (Object.hasOwn(denied, anyParameter) && Object.keys(allowed).length > 0) {
      this.fail(
        "deniedParameters",
        `${this.context.name("deniedParameters")} has "*", which denies every parameter, whatever ${names} says`,
        `remove one of the two: ${names} alone already denies what it doesn't name`,
      );
    }
    for (const [name, values] of Object.entries(denied)) {
      if (!Object.hasOwn(allowed, name)) continue;
      const permitted = allowed[name] ?? [];
      const nothingIsLeft =
        values.length === 0 || (permitted.length > 0 && permitted.every((value) => coversValue(values, value)));
      if (!nothingIsLeft) continue;
      this.fail(
        "deniedParameters",
        `${this.context.name("deniedParameters")} denies all that ${names} allows of ${show(name)}`,
        "remove one of the two",
      );
    }
  }

  wrapping(): void {
    const [min, max] = (["minWrappingTtl", "maxWrappingTtl"] as const).map((field) => {
      const ttl = this.rule[field];
      return ttl === undefined ? undefined : parseDuration(this.context.where(field), this.context.name(field), ttl);
    });
    if (min === undefined || max === undefined || min <= max) return;
    const [minName, maxName] = [this.context.name("minWrappingTtl"), this.context.name("maxWrappingTtl")];
    this.fail(
      "minWrappingTtl",
      `${minName} ${this.rule.minWrappingTtl ?? ""} exceeds ${maxName} ${this.rule.maxWrappingTtl ?? ""}`,
      `lower ${minName} or raise ${maxName}`,
    );
  }

  events(): void {
    const types = this.rule.subscribeEventTypes;
    if (types === undefined) return;
    this.names("subscribeEventTypes", types);
    if (this.rule.capabilities.includes("subscribe")) return;
    this.fail(
      "subscribeEventTypes",
      `${this.context.name("subscribeEventTypes")} has no effect without the capability subscribe`,
      "add subscribe or remove it",
    );
  }

  private values(field: "allowedParameters" | "deniedParameters"): void {
    const values = this.rule[field] ?? {};
    this.names(field, Object.keys(values));
    for (const [name, given] of Object.entries(values)) {
      const label = `${this.context.name(field)} ${show(name)}`;
      if (!Array.isArray(given)) {
        this.fail(field, `${label} is ${show(given)}`, `write a list of values, [] for any`);
      }
      for (const value of given) {
        if (isValue(value)) continue;
        this.fail(
          field,
          `${label} has the value ${show(value)}, which Vault can't read`,
          "write text, true, false, a number below 2^53, or lists and objects of these",
        );
      }
    }
  }

  /** Names of parameters or events: each once, none empty. */
  private names(field: RuleField, given: readonly string[]): void {
    const label = this.context.name(field);
    const seen = new Set<string>();
    for (const name of given) {
      if (!isText(name) || name === "") {
        this.fail(field, `${label} has the name ${show(name)}`, "write the name of a parameter of the request");
      }
      const known = name.toLowerCase();
      if (seen.has(known)) {
        this.fail(field, `${label} has ${show(name)} twice, as case does not count`, "write it once");
      }
      seen.add(known);
    }
  }
}

function lowerCase(values: ParameterValues = {}): ParameterValues {
  return Object.fromEntries(Object.entries(values).map(([name, each]) => [name.toLowerCase(), each]));
}

/** Text that survives every encoding on the way to the server. */
function isText(value: unknown): value is string {
  return typeof value === "string" && !/\p{Surrogate}/u.test(value);
}

function isValue(value: unknown): boolean {
  if (typeof value === "number") {
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  }
  if (Array.isArray(value)) return value.every(isValue);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).every(([key, each]) => isText(key) && isValue(each));
  }
  return typeof value === "boolean" || isText(value);
}
