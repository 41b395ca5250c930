import { Schedule } from "../../../cli/drift/schedule";

const next = (text: string, after: string) => {
  const time = Schedule.of(text)?.next(Date.parse(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe("a rotation schedule", () => {
  it.each([
    ["0 3 * * 6", "2026-11-24T10:00:00Z", "2026-11-28T03:00:00.000Z"],
    ["0 3 * * SAT", "2026-11-28T03:00:00Z", "2026-12-05T03:00:00.000Z"],
    ["*/15 * * * *", "2026-11-24T10:01:30Z", "2026-11-24T10:15:00.000Z"],
    ["30 22 1 * *", "2026-12-01T22:30:00Z", "2027-01-01T22:30:00.000Z"],
    ["0 0 29 feb *", "2026-11-24T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["0 8-10 * * mon-fri", "2026-11-27T10:00:00Z", "2026-11-30T08:00:00.000Z"],
    ["0 0 * * 7", "2026-11-24T00:00:00Z", "2026-11-29T00:00:00.000Z"],
    // Either day is meant where both are given.
    ["0 0 1 * 5", "2026-11-24T00:00:00Z", "2026-11-27T00:00:00.000Z"],
    ["0 0 1 * 5", "2026-11-28T00:00:00Z", "2026-12-01T00:00:00.000Z"],
  ])("%s comes after %s at %s", (text, after, expected) => {
    expect(next(text, after)).toBe(expected);
  });

  it("may never come", () => {
    expect(next("0 0 31 2 *", "2026-11-24T00:00:00Z")).toBeUndefined();
  });

  it.each([
    "",
    "0 3 * *",
    "0 3 * * 6 7",
    "60 3 * * *",
    "0 24 * * *",
    "0 0 0 * *",
    "5-1 * * * *",
    "*/0 * * * *",
    "a b c d e",
  ])("%p is none", (text) => {
    expect(Schedule.of(text)).toBeUndefined();
  });
});
