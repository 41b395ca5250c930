import { postgresUsernameTemplate } from "../../constructs/database/statements/username-template";

describe("postgresUsernameTemplate", () => {
  const pipes = postgresUsernameTemplate.replace(/^\{\{ | \}\}$/g, "");

  it("is one template action, in which nothing is left to Terraform", () => {
    expect(postgresUsernameTemplate).toMatch(/^\{\{ [^{}]+ \}\}$/);
    expect(postgresUsernameTemplate).not.toMatch(/[$%]\{/);
  });

  it("uses the display name as a hash only, so that nobody's login writes SQL", () => {
    expect(pipes.match(/\.DisplayName/g)).toHaveLength(1);
    expect(pipes).toContain("(.DisplayName | sha256 | truncate 8)");
  });

  it("tells two users of one login apart by chance and time", () => {
    expect(pipes).toContain("(random 20)");
    expect(pipes).toContain("(unix_time)");
  });

  it("is cut at the 63 characters of a PostgreSQL name", () => {
    expect(pipes).toMatch(/\| truncate 63$/);
  });

  it("is short enough before the cut, so that the time is never cut off", () => {
    const format = /printf "([^"]*)"/.exec(pipes)?.[1] ?? "";
    const lengths = [...pipes.matchAll(/(?:truncate|random) (\d+)\)/g)].map((match) => Number(match[1]));
    const unixTime = 10;
    expect(lengths).toEqual([14, 8, 20]);
    expect(format.split("%s").length - 1).toBe(lengths.length + 1);
    const longest = format.replaceAll("%s", "").length + lengths.reduce((sum, each) => sum + each, unixTime);
    expect(longest).toBeLessThanOrEqual(63);
  });
});
