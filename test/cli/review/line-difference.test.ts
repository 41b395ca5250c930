import fc from "fast-check";
import { lineDifference } from "../../../cli/review/line-difference";

describe("a difference of lines", () => {
  it("shows what goes, what comes and what stays", () => {
    expect(lineDifference(["a", "b", "c", "d"], ["a", "c", "x", "d"])).toEqual([" a", "-b", " c", "+x", " d"]);
  });

  it("holds both texts whole, whatever they are", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", ""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = lineDifference(before, after);
        const side = (signs: string) =>
          lines.filter(([sign]) => signs.includes(sign ?? "")).map((line) => line.slice(1));
        expect(side("- ")).toEqual(before);
        expect(side("+ ")).toEqual(after);
      }),
    );
  });

  it("shows long texts one after the other", () => {
    const [before, after] = ["a", "b"].map((sign) => Array.from({ length: 600 }, (_, at) => `${sign}${at}`));
    expect(lineDifference(before ?? [], after ?? [])).toHaveLength(1200);
  });
});
