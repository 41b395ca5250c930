import { requireChoice } from "../core/choices";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { nearest } from "../core/nearest";
import { requireWhole } from "../core/numbers";
import type { ServerFeature, ServerFeatures } from "../core/server-features";
import { requireText } from "../core/texts";
import { type Block, block, type Body, type Value } from "./configuration-text";
import { carrierOf, type EnvironmentVariable, refuseCredentials } from "./credentials";

/** Where a part of a configuration is, and what it is for. */
export interface Place {
  /** For messages: `storage raft`. */
  readonly where: string;
  /** What the program can do. */
  readonly program: ServerFeatures;
  /** Told of each variable that the program is given. */
  readonly reads: (variable: EnvironmentVariable) => void;
}

/** How one option is rendered. */
export interface Field<T> {
  readonly render: (place: Place, option: string, value: T) => Partial<Body>;
  /** Whether it has to be given, for callers whose types were not checked. */
  readonly required?: boolean;
}

/** How each option of a part is rendered, in the order of the rendered text. Its kind is told apart before. */
export type Fields<T> = { readonly [K in Exclude<keyof T, "type">]-?: Field<NonNullable<T[K]>> };

/**
 * Attributes and blocks of the options that are given.
 *
 * @throws LeaseholdError when an option is unknown, lacks, or has a value that it can't have.
 */
export function renderFields<T extends object>(place: Place, fields: Fields<T>, given: T): Body {
  const known = Object.entries(fields) as [string, Field<unknown>][];
  requireObject(place.where, given);
  for (const option of Object.keys(given)) {
    if (option !== "type" && !Object.hasOwn(fields, option)) throw unknownOption(place.where, option, fields, given);
  }
  const parts = known.flatMap(([option, field]) => {
    const value = (given as Readonly<Record<string, unknown>>)[option];
    if (value !== undefined && value !== null) return [field.render(place, option, value)];
    if (field.required !== true) return [];
    throw new LeaseholdError(place.where, `${option} is not given`, `give it: the program does not start without it`);
  });
  return joined(parts);
}

/** The options but those that are named, which are rendered elsewhere. */
export function omit<T extends object>(given: T, ...options: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([option]) => !options.includes(option))) as Partial<T>;
}

/** Several bodies as one. */
export function joined(parts: readonly Partial<Body>[]): Body {
  return {
    attributes: Object.assign({}, ...parts.map(({ attributes }) => attributes)) as Body["attributes"],
    blocks: parts.flatMap(({ blocks = [] }) => blocks),
  };
}

/**
 * @throws LeaseholdError unless the value can have options.
 */
export function requireObject(where: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new LeaseholdError(where, `a ${typeof value} is given`, "give an object of its options, and one only");
}

function unknownOption(where: string, option: string, fields: object, given: object): LeaseholdError {
  const carrier = carrierOf(option, "type" in given ? String(given.type) : "");
  if (carrier !== undefined) {
    return new LeaseholdError(where, `${option} would hold a secret`, `leave it out; what carries it is ${carrier}`);
  }
  const meant = nearest(option, Object.keys(fields));
  const remedy = meant === undefined ? `use some of ${Object.keys(fields).join(", ")}` : `did you mean ${meant}?`;
  return new LeaseholdError(where, `${option} is no option`, remedy);
}

const attribute = (key: string, value: Value): Partial<Body> => ({ attributes: { [key]: value } });

/** A field that must be given. */
export function required<T>(field: Field<T>): Field<T> {
  return { ...field, required: true };
}

/** A field that some servers lack. */
export function needs<T>(feature: ServerFeature, field: Field<T>): Field<T> {
  return {
    ...field,
    render: (place, option, value) => {
      place.program.require(place.where, option, feature);
      return field.render(place, option, value);
    },
  };
}

/** A field that a check of its own turns into an attribute. */
export function checked<T>(key: string, check: (where: string, option: string, value: T) => Value): Field<T> {
  return { render: ({ where }, option, value) => attribute(key, check(where, option, value)) };
}

/** A text that is compared letter by letter, and is no secret. */
export const text = (key: string): Field<string> => checked(key, plainText);

/** An absolute path, which is never looked at here: it is another machine's. */
export const filePath = (key: string): Field<string> => checked(key, requirePath);

export const flag = (key: string): Field<boolean> =>
  checked(key, (where, option, value) => requireChoice(where, option, value, [true, false]));

export const whole = (key: string, least: number, most: number): Field<number> =>
  checked(key, (where, option, value) => requireWhole(where, option, value, least, most));

export const choice = <T extends string>(key: string, choices: readonly T[]): Field<T> =>
  checked(key, (where, option, value) => requireChoice(where, option, value, choices));

/** A duration in the units of Go, which has no days. */
export const time = (key: string): Field<Duration> =>
  checked(key, (where, option, value) => {
    const seconds = parseDuration(where, option, value);
    return seconds % 3600 === 0 ? `${seconds / 3600}h` : seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
  });

/** A list of texts, one at least. */
export const texts = (key: string): Field<readonly string[]> =>
  checked(key, (where, option, values) =>
    requireSome(where, option, values).map((each) => plainText(where, option, each)),
  );

/** An http or https URL without credentials. */
export const url = (key: string): Field<string> => checked(key, requireUrl);

/** `host:port`. */
export const hostAndPort = (key: string): Field<string> => checked(key, requireHostAndPort);

/** A block in the block, such as `telemetry` in a listener. */
export function nested<T extends object>(key: string, fields: Fields<T>): Field<T> {
  return {
    render: (place, option, value) => ({
      blocks: [block(key, renderFields({ ...place, where: `${place.where}: ${option}` }, fields, value))],
    }),
  };
}

/** Blocks in the block, such as each `retry_join` of raft. */
export function nestedList<T extends object>(key: string, fields: Fields<T>): Field<readonly T[]> {
  return {
    render: (place, option, values) => ({
      blocks: requireSome(place.where, option, values).map((value, at): Block => {
        return block(key, renderFields({ ...place, where: `${place.where}: ${option}[${at}]` }, fields, value));
      }),
    }),
  };
}

/** Several options in one, whose attributes lie in the block itself, such as a listener's `tls`. */
export function flattened<T extends object>(fields: Fields<T>): Field<T> {
  return {
    render: (place, option, value) => renderFields({ ...place, where: `${place.where}: ${option}` }, fields, value),
  };
}

/**
 * @throws LeaseholdError unless it is a list with something in it.
 */
export function requireSome<T>(where: string, option: string, values: readonly T[]): readonly T[] {
  const given: unknown = values;
  if (Array.isArray(given) && given.length > 0) return values;
  throw new LeaseholdError(where, `${option} is no list with something in it`, "give one at least, or leave it out");
}

/**
 * @throws LeaseholdError unless it is a text that holds no credentials.
 */
export function plainText(where: string, option: string, value: string): string {
  if (typeof value === "string") refuseCredentials(where, option, value);
  return requireText(where, option, value);
}

/**
 * @throws LeaseholdError unless it is an absolute path that leads where it seems to.
 */
export function requirePath(where: string, option: string, path: string): string {
  const sound = typeof path === "string" && /^\/[^/]/u.test(path) && !/\p{Cc}|[$%]\{|(?:^|\/)\.\.?(?:\/|$)/u.test(path);
  if (sound) return path;
  throw new LeaseholdError(
    where,
    `${option} ${typeof path === "string" ? show(refuseCredentials(where, option, path)) : show(path)} is no absolute path`,
    "write it from / on, as it is on the machine where the program runs",
  );
}

/**
 * @throws LeaseholdError that never repeats credentials.
 */
export function requireUrl(where: string, option: string, given: string): string {
  const fits =
    typeof given === "string" &&
    /^https?:\/\/(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\/[\w.~/-]*)?$/.test(
      given,
    );
  if (fits && URL.canParse(given)) return given;
  const shown = typeof given === "string" ? show(refuseCredentials(where, option, given)) : show(given);
  throw new LeaseholdError(
    where,
    `${option} ${shown} is no URL of a server`,
    "write it as in https://vault-1.company.com:8200",
  );
}

/**
 * @throws LeaseholdError unless a host and a port are given.
 */
export function requireHostAndPort(where: string, option: string, given: string): string {
  const [, port] = /^(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(given) ?? [];
  if (port !== undefined && Number(port) >= 1 && Number(port) <= 65_535) return given;
  const shown = typeof given === "string" ? show(refuseCredentials(where, option, given)) : show(given);
  throw new LeaseholdError(where, `${option} ${shown} is no host with a port`, 'write it as in "0.0.0.0:8200"');
}

/** Whether a host and a port are this machine's own. */
export function isLoopback(hostPort: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]):/.test(hostPort);
}
