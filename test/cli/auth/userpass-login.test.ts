import { requirePassword } from "../../../cli/auth/userpass-login";

describe("a password", () => {
  it.each(["twelve chars", "ü".repeat(36), "x".repeat(72)])("may be %j", (password) => {
    expect(requirePassword("set-password", password)).toBe(password);
  });

  it.each<[string, string, string]>([
    ["is short", "canary", "6 characters and 6 bytes"],
    ["is longer than bcrypt looks", "canary".repeat(13), "78 characters and 78 bytes"],
    ["has more bytes than bcrypt looks at", "ü".repeat(37), "37 characters and 74 bytes"],
    ["has a line end", "canary\nof two lines", "19 characters and 19 bytes, a control character among them"],
  ])("is refused when it %s, without being repeated", (_title, password, problem) => {
    const attempt = () => requirePassword("set-password", password);
    expect(attempt).toThrow(`[set-password] the password has ${problem}: give 12 characters at least`);
    expect(attempt).not.toThrow(/canary/);
  });
});
