import type { PathSet } from "../evaluator/path-set";

/** The paths of a set, but for those of other sets. */
export interface Region<T> {
  readonly paths: PathSet;
  readonly except: readonly PathSet[];
  /** The widest of the marked that it is made of. */
  readonly from: T;
}

/**
 * The fewest regions that hold what is marked of a partition, and nothing else. A part is what its set has beyond the sets of the
 * parts within it.
 */
export function regionsOf<T>(
  parts: readonly T[],
  isMarked: (part: T) => boolean,
  pathsOf: (part: T) => PathSet,
): Region<T>[] {
  const sets = parts.map((part) => ({ part, paths: pathsOf(part), marked: isMarked(part) }));
  const unmarked = sets.filter(({ marked }) => !marked).map(({ paths }) => paths);
  const regions: Region<T>[] = [];
  for (const { part, paths } of widestFirst(sets.filter(({ marked }) => marked))) {
    if (regions.some((region) => holds(region, paths))) continue;
    const within = unmarked.filter((each) => each.key !== paths.key && paths.covers(each));
    const except = within.filter((each) => !within.some((other) => other.key !== each.key && other.covers(each)));
    regions.push({ paths, except, from: part });
  }
  return regions;
}

function holds({ paths, except }: Region<unknown>, other: PathSet): boolean {
  return paths.covers(other) && !except.some((each) => each.covers(other));
}

/** Each before all that lie within it. */
function widestFirst<E extends { readonly paths: PathSet }>(sets: readonly E[]): readonly E[] {
  if (sets.length < 2) return sets;
  return sets
    .map((each) => ({ each, rank: sets.filter((other) => other.paths.covers(each.paths)).length }))
    .sort((a, b) => a.rank - b.rank || (a.each.paths.key < b.each.paths.key ? -1 : 1))
    .map(({ each }) => each);
}
