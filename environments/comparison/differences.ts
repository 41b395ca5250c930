import { SecretInput } from "../../constructs/core/secret-input";
import type { Environment } from "../schema";

/** One thing in which two environments differ. */
export interface Difference {
  /** Where, by names and not by numbers: `databases.orders.roles.reader.maxTtl`. */
  readonly path: string;
  /** What the first has; undefined where it has nothing. */
  readonly before?: unknown;
  /** What the second has; undefined where it has nothing. */
  readonly after?: unknown;
}

/**
 * How two environments differ, whatever the order of what they declare. A thing that only one of them has is one difference; of a
 * secret the variable counts, for its value is not known here. Where the name of a thing holds its environment's, as
 * `postgres-staging` and `postgres-prod` do, the two are compared as `postgres-<environment>`.
 */
export function differences(first: Environment, second: Environment): Difference[] {
  return compare("", sideOf(first), sideOf(second));
}

/** A value with the environment that it is of. */
interface Side {
  readonly environment: string;
  readonly value: unknown;
}

function sideOf({ name: environment, ...value }: Environment): Side {
  return { environment, value };
}

function compare(path: string, one: Side | undefined, other: Side | undefined): Difference[] {
  const [before, after] = [plain(one?.value), plain(other?.value)];
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [left, right] = [fieldsOf(before, one), fieldsOf(after, other)];
  if (left === undefined || right === undefined) {
    return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  }
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys.flatMap((key) => compare(path === "" ? key : `${path}.${key}`, left.get(key), right.get(key)));
}

function plain(value: unknown): unknown {
  return value instanceof SecretInput ? value.toJSON() : value;
}

/** What an object or a list of named things has, by name; undefined of anything that is compared as a whole. */
function fieldsOf(value: unknown, side: Side | undefined): ReadonlyMap<string, Side> | undefined {
  if (typeof value !== "object" || value === null || side === undefined) return undefined;
  const { environment } = side;
  const fields = Array.isArray(value) ? itemsOf(value, environment) : new Map<string, unknown>(Object.entries(value));
  if (fields === undefined) return undefined;
  const present = [...fields].filter(([, each]) => each !== undefined);
  return new Map(present.map(([key, each]) => [key, { environment, value: each }]));
}

function itemsOf(items: readonly unknown[], environment: string): ReadonlyMap<string, unknown> | undefined {
  if (items.every((each) => typeof each === "string")) {
    // Each is there or not. Statements are longer texts, and run in their order.
    return items.some((each) => /\s/.test(each)) ? undefined : new Map(items.map((each) => [each, true]));
  }
  const named = new Map<string, unknown>();
  for (const item of items) {
    const id = identityOf(item)
      ?.split(/(?=[-_./ ])|(?<=[-_./ ])/)
      .map((part) => (part === environment ? "<environment>" : part))
      .join("");
    if (id === undefined || named.has(id)) return undefined;
    // Its name is where it is: what is left is compared.
    named.set(id, item);
  }
  return named;
}

/** What a thing is told apart by: most have a name, a waiver has a rule and a construct, a grant a mount and what is in it. */
function identityOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const { name, path, rule, construct, mount, key, role, type } = item as Readonly<Record<string, unknown>>;
  const parts =
    rule !== undefined
      ? [rule, construct]
      : name === undefined && mount !== undefined
        ? [mount, path ?? key ?? role]
        : [name ?? path ?? type];
  const texts = parts.filter((part): part is string => typeof part === "string");
  return texts.length === parts.length ? texts.join(" ") : undefined;
}

/** In words, one line each: `databases.orders.port: 5432 in staging, 5433 in prod`. */
export function differenceText({ path, before, after }: Difference, first: string, second: string): string {
  if (before === undefined) return `${path}: only ${second} has it${shown(after)}`;
  if (after === undefined) return `${path}: only ${first} has it${shown(before)}`;
  return `${path}: ${JSON.stringify(before)} in ${first}, ${JSON.stringify(after)} in ${second}`;
}

function shown(value: unknown): string {
  if (value === true) return "";
  return typeof value === "object" ? "" : `: ${JSON.stringify(value)}`;
}
