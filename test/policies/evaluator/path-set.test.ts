import fc from "fast-check";
import { PathPattern } from "../../../policies/evaluator/path-pattern";
import { PathSet } from "../../../policies/evaluator/path-set";
import { PatternIndex } from "../../../policies/evaluator/pattern-index";
import { randomPath, randomPattern } from "../rules";

const meet = (a: string, b: string) => PathSet.of(a).intersect(PathSet.of(b))?.description;

describe("the set of a pattern's paths", () => {
  it("has what the evaluator says that the pattern matches", () => {
    fc.assert(
      fc.property(randomPattern, randomPath, (pattern, path) => {
        const index = new PatternIndex([{ pattern: new PathPattern(pattern) }]);
        expect({ pattern, path, has: PathSet.of(pattern).has(path) }).toEqual({
          pattern,
          path,
          has: index.match(path) !== undefined,
        });
      }),
      { numRuns: 3_000 },
    );
  });

  it("meets another in the paths of both", () => {
    fc.assert(
      fc.property(randomPattern, randomPattern, randomPath, (left, right, path) => {
        const [a, b] = [PathSet.of(left), PathSet.of(right)];
        const both = a.has(path) && b.has(path);
        expect({ left, right, path, both: a.intersect(b)?.has(path) ?? false }).toEqual({ left, right, path, both });
      }),
      { numRuns: 3_000 },
    );
  });

  it.each<[string, string, string | undefined]>([
    ["a/*", "a/b", "a/b"],
    ["a/+/c", "a/b/*", "a/b/c"],
    ["a/+/c", "a/b*", "a/b~/c"],
    ["a/b*", "a/bc*", "a/bc*"],
    ["a/*", "a/+", "a/+"],
    ["a", "b", undefined],
    ["a/+", "a/b/c", undefined],
  ])("of %s and %s is %s", (a, b, both) => {
    expect(meet(a, b)).toBe(both);
    expect(meet(b, a)).toBe(both);
  });

  it("knows the folders whose listings are in it", () => {
    const folders = (pattern: string) => PathSet.of(pattern).folders.map(({ description }) => description);
    expect(folders("a/*")).toEqual(["a/*", "a"]);
    expect(folders("a/b*")).toEqual(["a/b*"]);
    expect(folders("a/")).toEqual(["a"]);
    expect(folders("a/+")).toEqual(["a"]);
    expect(folders("a")).toEqual([]);
  });
});
