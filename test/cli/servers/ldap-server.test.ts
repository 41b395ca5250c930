import { escapeDnValue } from "../../../cli/servers/ldap-server";

describe("escapeDnValue", () => {
  it.each([
    ["plain", "plain"],
    ["a,b", "a\\2cb"],
    ['a"+\\<>;=#', "a\\22\\2b\\5c\\3c\\3e\\3b\\3d\\23"],
    [" a b ", "\\20a b\\20"],
    ["line\nbreak", "line\\0abreak"],
    ["Ω", "Ω"],
  ])("writes %j as %j", (name, escaped) => {
    expect(escapeDnValue(name)).toBe(escaped);
  });
});
