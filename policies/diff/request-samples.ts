import { type Duration, formatDuration, parseDuration } from "../../constructs/core/duration";
import type { ParameterValue, PolicyRule } from "../language/policy-rule";

/** What a request says besides its path and capability. */
export interface RequestDetails {
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly wrapTtl: Duration | undefined;
}

/** A value of a parameter, and how a policy has it: `"app-any"` for `"app-*"`. */
export interface ValueSample {
  readonly value: ParameterValue;
  /** Undefined for a value that no policy has. */
  readonly written: ParameterValue | undefined;
}

/** A name that no policy has. */
export const otherParameter = "any-other-parameter";

/** More ways to fill in required parameters than this are not tried. */
const most = 2_000;

/** Requests that tell apart whatever rules say about parameters and wrapping. */
export class RequestSamples {
  /** Names that rules mention, and one that they don't; none where they say nothing about parameters. */
  readonly parameters: readonly string[];
  /** Names that rules demand. */
  readonly required: readonly string[];
  /** Not wrapped, and for as long as a limit says, a second less and a second more. */
  readonly wrappings: readonly (Duration | undefined)[];
  private readonly values = new Map<string, ValueSample[]>();

  constructor(rules: readonly PolicyRule[]) {
    this.required = requiredOf(rules);
    for (const { allowedParameters, deniedParameters } of rules) {
      for (const [name, values] of [allowedParameters, deniedParameters].flatMap((each) =>
        Object.entries(each ?? {}),
      )) {
        if (name !== "*") this.add(lowerCase(name), values);
      }
    }
    const named = [...new Set([...this.values.keys(), ...this.required])];
    const mentioned = rules.some((rule) => rule.allowedParameters !== undefined || rule.deniedParameters !== undefined);
    this.parameters = mentioned || named.length > 0 ? [...named, otherParameter] : [];
    const limits = rules.flatMap(({ path, minWrappingTtl, maxWrappingTtl }) =>
      [minWrappingTtl, maxWrappingTtl].flatMap((ttl) => (ttl === undefined ? [] : parseDuration(path, "ttl", ttl))),
    );
    const around = limits.flatMap((limit) => [limit - 1, limit, limit + 1]).filter((seconds) => seconds > 0);
    this.wrappings = [undefined, ...[...new Set(around)].sort((a, b) => a - b).map(formatDuration)];
  }

  /** The values of a parameter that may make a difference. */
  of(parameter: string): readonly ValueSample[] {
    return [...(this.values.get(parameter) ?? []), { value: "any-other-value", written: undefined }];
  }

  /** The least that rules demand and allow; undefined where they allow nothing. */
  leastOf(rules: readonly PolicyRule[], isAllowed: (details: RequestDetails) => boolean): RequestDetails | undefined {
    let tries = 0;
    for (const wrapTtl of this.wrappings) {
      for (const parameters of this.choices(requiredOf(rules))) {
        const details = { parameters, wrapTtl };
        if (isAllowed(details)) return details;
        if ((tries += 1) > most) return undefined;
      }
    }
    return undefined;
  }

  private *choices(names: readonly string[]): Generator<RequestDetails["parameters"]> {
    const [name, ...rest] = names;
    if (name === undefined) {
      yield {};
      return;
    }
    for (const { value } of this.of(name)) {
      for (const others of this.choices(rest)) yield { [name]: value, ...others };
    }
  }

  private add(name: string, values: readonly ParameterValue[]): void {
    const known = this.values.get(name) ?? [];
    this.values.set(name, known);
    for (const written of values) {
      if (known.some((each) => JSON.stringify(each.written) === JSON.stringify(written))) continue;
      known.push({ value: typeof written === "string" ? instanceOf(written) : written, written });
    }
  }
}

/** A text that a value with `*` at an end matches; a single `*` stands for itself. */
function instanceOf(text: string): string {
  return text.length < 2 ? text : text.replace(/^\*|\*$/g, "any");
}

function requiredOf(rules: readonly PolicyRule[]): string[] {
  return [...new Set(rules.flatMap((rule) => rule.requiredParameters ?? []).map(lowerCase))];
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
