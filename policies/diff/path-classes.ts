import { LeaseholdError } from "../../constructs/core/errors";
import { PathSet } from "../evaluator/path-set";

/** Paths that the same patterns match. */
export interface PathClass {
  /** What those patterns have in common: the class, and the narrower classes within. */
  readonly within: PathSet;
  /** A path of the class. */
  readonly example: string;
}

/** More than policies of people make; patterns of nothing but `+` could make any number. */
const most = 50_000;

/**
 * The classes into which patterns divide all paths, but for the paths that none of them matches. Whatever depends only on which
 * patterns match a path, and a path with a slash at its end, is the same throughout a class.
 *
 * @throws LeaseholdError when there are more of them than can be told.
 */
export function pathClasses(patterns: readonly string[]): PathClass[] {
  const sets = unique(patterns.map((pattern) => PathSet.of(pattern)).flatMap((set) => [set, ...set.folders]));
  const longest = Math.max(0, ...sets.map(({ length }) => length)) + 1;
  const word = wordOutside(sets);
  return meets(sets).flatMap((within) => {
    const lengths = within.isOpen ? range(within.length, longest) : [within.length];
    // At some lengths every path of an open set may lie in narrower ones.
    const narrower = sets.filter((set) => !set.covers(within));
    const example = lengths
      .map((length) => within.example(length, word))
      .find((path) => {
        const alone = PathSet.ofPath(path);
        return !narrower.some((set) => set.covers(alone));
      });
    return example === undefined ? [] : [{ within, example }];
  });
}

/** The sets, and whatever any number of them have in common. */
function meets(sets: readonly PathSet[]): PathSet[] {
  const found = new Map<string, PathSet>();
  for (const set of sets) {
    for (const each of [...found.values()]) {
      const common = each.intersect(set);
      if (common !== undefined) found.set(common.key, common);
    }
    found.set(set.key, set);
    if (found.size > most) {
      throw new LeaseholdError(
        "policies",
        `their patterns overlap in more than ${most} ways`,
        "compare fewer policies at a time, or use fewer patterns with +",
      );
    }
  }
  return [...found.values()];
}

function unique(sets: readonly PathSet[]): PathSet[] {
  return [...new Map(sets.map((set) => [set.key, set])).values()];
}

/** A word with which no text of a pattern goes on, so that only what stands for any text matches it. */
function wordOutside(sets: readonly PathSet[]): string {
  const isOutside = (word: string) => !Array.from(word, (_, at) => word.slice(0, at + 1)).some(endsOne);
  const endsOne = (beginning: string) => sets.some((set) => set.hasTextEndingIn(beginning));
  let word = words.find(isOutside);
  for (let code = 0x100; word === undefined; code += 1) {
    word = [`${String.fromCharCode(code)}any`].find(isOutside);
  }
  return word;
}

/** The first are what a person reads most easily in a path. */
const words = ["any", "some", "other", "unnamed", "zero", "~any"];

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}
