import fc from "fast-check";
import { requireWhole } from "../../constructs/core/numbers";
import { refusalOf } from "../helpers/environments";

describe("requireWhole", () => {
  it.each([1, 2, 65_535])("takes %d, which is from 1 to 65535", (value) => {
    expect(requireWhole("dev", "port", value, 1, 65_535)).toBe(value);
  });

  it.each([0, -1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuses %d, and says where, what and how to mend it",
    (value) => {
      expect(refusalOf(() => requireWhole("dev/Database", "port", value, 1, 65_535))).toBe(
        `[dev/Database] port ${value} is out of range: give a whole number from 1 to 65535`,
      );
    },
  );

  it("takes just the whole numbers within bounds, the bounds too", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), fc.oneof(fc.integer(), fc.double()), (least, width, value) => {
        const inside = Number.isInteger(value) && value >= least && value <= least + width;
        const check = () => requireWhole("dev", "field", value, least, least + width);
        if (inside) expect(check()).toBe(value);
        else expect(refusalOf(check)).toContain("[dev] field ");
      }),
    );
  });
});
