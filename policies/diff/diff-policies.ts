import type { NamedPolicy } from "../evaluator/acl";
import { capabilities, type Capability } from "../language/capability";
import type { PolicyRequest } from "../evaluator/evaluator";
import type { PathSet } from "../evaluator/path-set";
import type { PolicyServer } from "../evaluator/policy-server";
import { AccessSide, withTemplates } from "./access-side";
import { type CapabilityChange, capabilityChanges, type ChangeKind } from "./capability-changes";
import { type PathClass, pathClasses } from "./path-classes";
import { type Region, regionsOf } from "./regions";

/** Access that came or went. */
export interface AccessChange {
  readonly kind: ChangeKind;
  readonly capabilities: readonly PolicyRequest["capability"][];
  /** A pattern; a segment `app~` in it is one that begins with `app`, which no policy can say. */
  readonly paths: string;
  /** Patterns of paths below that it is not so for. */
  readonly except: readonly string[];
  /** How far it came or went, such as `with any ttl`; empty for the whole of it. */
  readonly extent: string;
  /** A request that one side allows and the other refuses. */
  readonly witness: PolicyRequest;
}

export interface DiffOptions {
  /** @default "vault" */
  readonly product?: PolicyServer | undefined;
}

type Wanted = Exclude<Capability, "deny">;

const wanted = capabilities.filter((each): each is Wanted => each !== "deny");

/**
 * What a subject may do with the policies `after` that it may not with those `before`, and the other way round. What counts is the
 * access, not how it is written: policies that allow the same requests have no difference.
 *
 * @throws LeaseholdError when the server would refuse a policy, or the patterns overlap in too many ways.
 */
export function diffPolicies(
  before: readonly NamedPolicy[],
  after: readonly NamedPolicy[],
  { product = "vault" }: DiffOptions = {},
): AccessChange[] {
  const sides = [new AccessSide(before, product), new AccessSide(after, product)] as const;
  const patterns = [...new Set(sides.flatMap((side) => side.patterns))];
  const classes = pathClasses(patterns);
  // What no rule gives neither came nor went.
  const given = new Set([...before, ...after].flatMap(({ rules }) => rules.flatMap((rule) => rule.capabilities)));
  return merged(
    wanted.filter((each) => given.has(each)).flatMap((capability) => changesOf(sides, classes, capability)),
  );
}

function changesOf(
  [before, after]: readonly [AccessSide, AccessSide],
  classes: readonly PathClass[],
  capability: Wanted,
): AccessChange[] {
  const listing = capability === "list";
  // A listing is of a folder, whose path ends in a slash: its name without it stands for it.
  const parts = classes
    .filter(({ example }) => !listing || !example.endsWith("/"))
    .map((each) => ({
      ...each,
      changes: capabilityChanges(before, after, {
        path: listing ? `${each.example}/` : each.example,
        capability,
      }),
    }));
  const kinds = new Map(parts.flatMap(({ changes }) => changes.map((each) => [keyOf(each), each])));
  return [...kinds.entries()].flatMap(([key, { kind, extent }]) => {
    const regions = regionsOf(
      parts,
      ({ changes }) => changes.some((each) => keyOf(each) === key),
      ({ within }) => (listing ? within.listings : within),
    );
    return regions.flatMap((region) => {
      const witness = region.from.changes.find((each) => keyOf(each) === key)?.witness;
      return witness === undefined ? [] : [{ kind, extent, capabilities: [capability], ...wordsOf(region), witness }];
    });
  });
}

function keyOf({ kind, extent }: CapabilityChange): string {
  return `${kind} ${extent}`;
}

function wordsOf({ paths, except }: Region<unknown>): Pick<AccessChange, "paths" | "except"> {
  return { paths: nameOf(paths), except: except.map(nameOf).sort() };
}

function nameOf(paths: PathSet): string {
  return withTemplates(paths.description);
}

/** Changes that differ in their capability alone, in one; what was lost comes last. */
function merged(changes: readonly AccessChange[]): AccessChange[] {
  const byKey = new Map<string, AccessChange>();
  for (const change of changes) {
    const key = JSON.stringify([change.kind, change.paths, change.except, change.extent]);
    const known = byKey.get(key);
    byKey.set(
      key,
      known === undefined ? change : { ...known, capabilities: [...known.capabilities, ...change.capabilities] },
    );
  }
  const order = (change: AccessChange) => `${change.kind} ${change.paths} ${change.extent}`;
  return [...byKey.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** A change in words, `gains: read and list on secret/data/* except secret/data/app`. */
export function changeText({ kind, capabilities: which, paths, except, extent }: AccessChange): string {
  return [
    `${kind}: ${which.join(", ")} on ${paths}`,
    ...(except.length > 0 ? [`except ${except.join(", ")}`] : []),
    ...(extent === "" ? [] : [extent]),
  ].join(" ");
}
