import { LeaseholdError, messageOf } from "../../constructs/core/errors";

describe("LeaseholdError", () => {
  const error = new LeaseholdError("dev/Database", "maxTtl is 0s", "leave it out");

  it("says in one line where, what and how to mend it", () => {
    expect(error.message).toBe("[dev/Database] maxTtl is 0s: leave it out");
  });

  it("keeps the three parts apart for whoever prints them", () => {
    expect(error).toMatchObject({ where: "dev/Database", problem: "maxTtl is 0s", remedy: "leave it out" });
  });

  it("is an Error that shows its own name", () => {
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe("LeaseholdError: [dev/Database] maxTtl is 0s: leave it out");
  });
});

describe("messageOf", () => {
  it("is an error's message, without its class", () => {
    expect(messageOf(new TypeError("no such thing"))).toBe("no such thing");
  });

  it.each([
    ["a string", "a string"],
    [42, "42"],
    [undefined, "undefined"],
    [null, "null"],
  ])("is the text of whatever else was thrown: %p", (thrown, expected) => {
    expect(messageOf(thrown)).toBe(expected);
  });
});
