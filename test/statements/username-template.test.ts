import {
  longestUsername,
  mongodbUsernameTemplate,
  mysqlUsernameTemplate,
  postgresUsernameTemplate,
  requireUsernameTemplate,
} from "../../constructs/database/statements/username-template";
import { refusalOf } from "../helpers/environments";

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

describe("mysqlUsernameTemplate", () => {
  it("has no display name in it", () => {
    expect(mysqlUsernameTemplate).not.toContain(".DisplayName");
  });

  it("fits the 32 characters of a MySQL name without a cut", () => {
    expect(mysqlUsernameTemplate).toBe('{{ printf "v-%s-%s" (.RoleName | truncate 9) (random 20) | truncate 32 }}');
    expect("v--".length + 9 + 20).toBeLessThanOrEqual(longestUsername.mysql);
  });
});

describe("requireUsernameTemplate", () => {
  const refusal = (template: string, longest = 63): string =>
    refusalOf(() => requireUsernameTemplate("dev/Orders", template, longest));

  it.each([
    [postgresUsernameTemplate, longestUsername.postgresql],
    [mysqlUsernameTemplate, longestUsername.mysql],
    [mysqlUsernameTemplate, longestUsername.mariadb],
    [mongodbUsernameTemplate, longestUsername.mongodb],
  ])("takes the preset %s in %d characters", (template, longest) => {
    expect(requireUsernameTemplate("dev", template, longest)).toBe(template);
  });

  it.each([
    "{{ uuid | truncate 63 }}",
    "{{random 20 | truncate 20}}",
    '{{ printf "app.%s" (random 12) | truncate 63 }}',
    '{{ printf "%s-%s" (.DisplayName|sha256|truncate 8) (random 99) | lowercase | truncate 63 }}',
    "{{ printf `v_%s-%s` .RoleName (random 20) | truncate 40 }}",
  ])("takes %s as it stands", (template) => {
    expect(requireUsernameTemplate("dev", template, 63)).toBe(template);
  });

  it.each([
    '{{ printf "%s-%s" .DisplayName (random 20) | truncate 63 }}',
    '{{ printf "%s-%s" (.DisplayName | truncate 8) (random 20) | truncate 63 }}',
    '{{ printf "%s-%s" (.DisplayName | lowercase | sha256) (random 20) | truncate 63 }}',
    '{{ printf "%s-%s" (.DisplayName | sha256) (.DisplayName) (random 20) | truncate 63 }}',
    '{{ printf "%s-%s" $.DisplayName (random 20) | truncate 63 }}',
    '{{ printf "%v-%s" . (random 20) | truncate 63 }}',
    '{{ printf "%v-%s" $ (random 20) | truncate 63 }}',
  ])("refuses the name that somebody chose for their login: %s", (template) => {
    expect(refusal(template)).toMatch(
      /^\[dev\/Orders\] usernameTemplate holds \.DisplayName as it is.*: write \(\.DisplayName \| sha256 \| truncate 8\), or leave it out$/,
    );
  });

  it.each([
    "{{ .RoleName | truncate 63 }}",
    '{{ printf "%s-%s" .RoleName (unix_time) | truncate 63 }}',
    '{{ printf "%s-%s" .RoleName (random 11) | truncate 63 }}',
    '{{ printf "%s-random-20" .RoleName | truncate 63 }}',
    "{{ printf `uuid-%s` .RoleName | truncate 63 }}",
  ])("refuses names that can be guessed: %s", (template) => {
    expect(refusal(template)).toBe(
      "[dev/Orders] usernameTemplate makes names that can be guessed or met twice: add (random 20)",
    );
  });

  it.each([
    ["{{ random 20 }}", 63],
    ["{{ random 20 | truncate 64 }}", 63],
    ["{{ random 20 | truncate 63 | uppercase }}", 63],
    [postgresUsernameTemplate, 32],
  ])("refuses names that may be too long: %s in %d characters", (template, longest) => {
    expect(refusal(template, longest)).toBe(
      `[dev/Orders] usernameTemplate may make names longer than ${longest} characters: end it with | truncate ${longest} }}`,
    );
  });

  it.each([
    ["with text before the action, which nothing cuts", `${"v".repeat(60)}{{ random 20 | truncate 63 }}`],
    ["with two actions, of which the last alone is cut", "{{ .RoleName }}{{ random 20 | truncate 63 }}"],
    ["with text after the action", "{{ random 20 | truncate 63 }}-x"],
    ["with a quote of SQL before the action", 'v"{{ random 20 | truncate 63 }}'],
    ["with a quote of SQL in its own text", '{{ printf "v\'%s" (random 20) | truncate 63 }}'],
    ["with an escaped quote in its own text", '{{ printf "v\\"%s" (random 20) | truncate 63 }}'],
    ["with SQL in its own text", '{{ printf "v; DROP ROLE %s" (random 20) | truncate 63 }}'],
    ["with something for Terraform to fill in", "${var.prefix}{{ random 20 | truncate 63 }}"],
    ["that is none", "app"],
    ["that is empty", ""],
  ])("refuses a template %s", (_what, template) => {
    expect(refusal(template)).toBe(
      "[dev/Orders] usernameTemplate is not one action whose own text is letters, digits, _, - and .: " +
        'write it as {{ printf "v-%s-%s" (.RoleName | truncate 14) (random 20) | truncate 63 }}',
    );
  });
});
