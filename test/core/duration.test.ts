import fc from "fast-check";
import { type Duration, formatDuration, isDuration, parseDuration, parseTtlPair } from "../../constructs/core/duration";
import { refusalOf } from "../helpers/environments";

const remedy = `write a whole number of s, m, h or d from 1s to 36500d, such as "90s", "1h" or "2d"`;
const longestInSeconds = 36_500 * 86_400;

const malformed: readonly (readonly [reason: string, value: unknown])[] = [
  ["empty", ""],
  ["a number without a unit", "3600"],
  ["a unit without a number", "h"],
  ["zero", "0s"],
  ["zero days", "0d"],
  ["negative", "-1h"],
  ["with a plus sign", "+1h"],
  ["a fraction", "1.5h"],
  ["in scientific notation", "1e3s"],
  ["with a leading zero", "01h"],
  ["two units", "1h30m"],
  ["an unknown unit", "1w"],
  ["milliseconds", "5ms"],
  ["upper-case", "1H"],
  ["with a space before", " 1h"],
  ["with a space within", "1 h"],
  ["with a line break after", "1h\n"],
  ["a second longer than the longest", `${longestInSeconds + 1}s`],
  ["a day longer than the longest", "36501d"],
  ["longer than a number can hold", `${"9".repeat(400)}d`],
  ["in other digits", "١h"],
  ["a number", 3600],
  ["a list", ["1h"]],
  ["null", null],
  ["undefined", undefined],
];

describe("parseDuration", () => {
  it.each<[Duration, number]>([
    ["1s", 1],
    ["90s", 90],
    ["20m", 1200],
    ["1h", 3600],
    ["2d", 172_800],
    ["36500d", longestInSeconds],
    [`${longestInSeconds}s`, longestInSeconds],
  ])("reads %s as %d seconds", (value, seconds) => {
    expect(parseDuration("dev/role", "maxTtl", value)).toBe(seconds);
  });

  it.each(malformed)("refuses a value that is %s", (_reason, value) => {
    expect(refusalOf(() => parseDuration("dev/role", "maxTtl", value as Duration))).toBe(
      `[dev/role] maxTtl ${JSON.stringify(value)} is not a duration: ${remedy}`,
    );
  });

  it("refuses a bigint with the same message, though JSON has none", () => {
    expect(refusalOf(() => parseDuration("dev/role", "maxTtl", 10n as unknown as Duration))).toContain(
      "maxTtl 10 is not a duration",
    );
  });
});

describe("isDuration", () => {
  it.each(malformed)("is false for a value that is %s", (_reason, value) => {
    expect(isDuration(value)).toBe(false);
  });

  it("accepts nothing that parseDuration refuses, and nothing beyond the longest", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[-+ ]?\d{0,12}(\.\d)?[smhdw]?$/), (text) => {
        if (!isDuration(text)) return;
        const seconds = parseDuration("dev", "ttl", text);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThanOrEqual(longestInSeconds);
      }),
    );
  });
});

describe("formatDuration", () => {
  it.each([
    [1, "1s"],
    [90, "90s"],
    [60, "1m"],
    [5400, "90m"],
    [3600, "1h"],
    [86_400, "1d"],
    [90_000, "25h"],
    [longestInSeconds, "36500d"],
  ])("writes %d seconds as %s, in the largest unit that divides them", (seconds, expected) => {
    expect(formatDuration(seconds)).toBe(expected);
  });

  it("is read back as the same seconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: longestInSeconds }), (seconds) => {
        expect(parseDuration("dev", "ttl", formatDuration(seconds))).toBe(seconds);
      }),
    );
  });

  it("is shortest: reading a duration and writing it again never makes it longer", () => {
    const duration = fc
      .tuple(fc.integer({ min: 1, max: 36_500 }), fc.constantFrom("s", "m", "h", "d"))
      .map(([count, unit]) => `${count}${unit}` as const);
    fc.assert(
      fc.property(duration, (value) => {
        expect(formatDuration(parseDuration("dev", "ttl", value)).length).toBeLessThanOrEqual(value.length);
      }),
    );
  });
});

describe("parseTtlPair", () => {
  it("gives both in seconds", () => {
    expect(parseTtlPair("dev/role", { defaultTtl: "30m", maxTtl: "1d" })).toEqual({ default: 1800, max: 86_400 });
  });

  it("lets the default equal the maximum, whatever their units", () => {
    expect(parseTtlPair("dev/role", { defaultTtl: "60m", maxTtl: "1h" })).toEqual({ default: 3600, max: 3600 });
  });

  it("refuses a default over the maximum", () => {
    expect(refusalOf(() => parseTtlPair("dev/Database/app", { defaultTtl: "48h", maxTtl: "24h" }))).toBe(
      "[dev/Database/app] defaultTtl 48h exceeds maxTtl 24h: lower defaultTtl or raise maxTtl",
    );
  });

  it("compares lengths of time, not numbers", () => {
    expect(refusalOf(() => parseTtlPair("dev", { defaultTtl: "61m", maxTtl: "1h" }))).toContain(
      "61m exceeds maxTtl 1h",
    );
    expect(parseTtlPair("dev", { defaultTtl: "90s", maxTtl: "2m" })).toEqual({ default: 90, max: 120 });
  });

  it("calls the fields what the caller calls them", () => {
    expect(
      refusalOf(() => parseTtlPair("dev/login", { defaultTtl: "2h", maxTtl: "1h" }, ["tokenTtl", "tokenMaxTtl"])),
    ).toBe("[dev/login] tokenTtl 2h exceeds tokenMaxTtl 1h: lower tokenTtl or raise tokenMaxTtl");
  });

  it("names the one of the two that is malformed", () => {
    const bad = "1x" as Duration;
    expect(refusalOf(() => parseTtlPair("dev", { defaultTtl: bad, maxTtl: "1h" }))).toContain(
      `] defaultTtl "1x" is not`,
    );
    expect(refusalOf(() => parseTtlPair("dev", { defaultTtl: "1h", maxTtl: bad }))).toContain(`] maxTtl "1x" is not`);
  });
});
