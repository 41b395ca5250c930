import { requireChoice } from "../../constructs/core/choices";
import { requireText, requireTexts } from "../../constructs/core/texts";

describe("a choice", () => {
  it("is one of those that there are", () => {
    expect(requireChoice("here", "mode", "a", ["a", "b", "c"])).toBe("a");
    expect(() => requireChoice<string>("here", "mode", "d", ["a", "b", "c"])).toThrow(
      '[here] mode "d" is unknown: use a, b or c',
    );
    expect(() => requireChoice<string>("here", "mode", "d", ["a"])).toThrow('[here] mode "d" is unknown: use a');
  });
});

describe("a text to compare with", () => {
  it.each(["a", "a b", "https://vault.company.com", "Ω", "$5"])("may be %j", (text) => {
    expect(requireText("here", "name", text)).toBe(text);
  });

  it.each(["", " a", "a ", "a\nb", "${var.a}", "%{if}"])("is not %j", (text) => {
    expect(() => requireText("here", "name", text)).toThrow(
      `[here] name ${JSON.stringify(text)} can't be compared with`,
    );
  });

  it("is there at least once where there must be some", () => {
    expect(requireTexts("here", "names", ["a", "b"])).toEqual(["a", "b"]);
    expect(() => requireTexts("here", "names", [])).toThrow("[here] names is empty: give at least one");
    expect(() => requireTexts("here", "names", ["a", ""])).toThrow('[here] names "" can\'t be compared with');
  });
});
