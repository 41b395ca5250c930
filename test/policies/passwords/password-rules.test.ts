import { parsePasswordPolicy } from "../../../policies/passwords/parse-password-policy";
import { charsetNames, namedCharsets, unsafeIn } from "../../../policies/passwords/charsets";
import {
  type PasswordRules,
  renderPasswordPolicy,
  requirePasswordRules,
} from "../../../policies/passwords/password-rules";
import { strengthOf } from "../../../policies/passwords/password-strength";
import { refusalOf } from "../../helpers/environments";

const sound: PasswordRules = {
  length: 24,
  charsets: [{ charset: "uppercase", minChars: 2 }, { charset: "lowercase" }, { characters: "_-" }],
};

const refusal = (change: Partial<Record<keyof PasswordRules, unknown>>) =>
  refusalOf(() => requirePasswordRules("x", { ...sound, ...change } as PasswordRules));

describe("rules for passwords", () => {
  it("are rendered the same whatever their order", () => {
    const text = [
      "length = 24",
      "",
      'rule "charset" {',
      '  charset   = "-_"',
      "  min-chars = 1",
      "}",
      "",
      'rule "charset" {',
      `  charset   = "${namedCharsets.uppercase}"`,
      "  min-chars = 2",
      "}",
      "",
      'rule "charset" {',
      `  charset   = "${namedCharsets.lowercase}"`,
      "  min-chars = 1",
      "}",
      "",
    ].join("\n");
    const reversed = { ...sound, charsets: sound.charsets.toReversed() };
    for (const rules of [sound, reversed]) {
      expect(renderPasswordPolicy(requirePasswordRules("x", rules))).toBe(text);
    }
  });

  it("are read back as they were", () => {
    const recipe = requirePasswordRules("x", sound);
    expect(parsePasswordPolicy(renderPasswordPolicy(recipe), "policy")).toEqual(recipe);
  });

  it.each([
    [{ length: 7 }, "length 7 is out of range: give a whole number from 8 to 128"],
    [{ length: 129 }, "length 129 is out of range"],
    [{ length: 20.5 }, "length 20.5 is out of range"],
    [{ charsets: [] }, 'charsets is empty: name one at least, such as { charset: "lowercase" }'],
    [{ charsets: [{}] }, "charsets[0] has neither charset nor characters: give one of the two"],
    [{ charsets: [{ charset: "digits", characters: "a" }] }, "charsets[0] has both charset and characters"],
    [
      { charsets: [{ charset: "emoji" }] },
      'charsets[0].charset "emoji" is unknown: use lowercase, uppercase, digits, symbols, or give characters',
    ],
    [{ charsets: [{ characters: "" }] }, 'charsets[0].characters "" has no characters'],
    [{ charsets: [{ characters: "aba" }] }, 'charsets[0].characters has "a" twice: give each character once'],
    [{ charsets: [{ characters: "ab", minChars: -1 }] }, "charsets[0].minChars -1 is out of range"],
    [{ charsets: [{ characters: "ab", minChars: 25 }] }, "charsets[0].minChars 25 is out of range"],
    [
      { charsets: [{ charset: "lowercase" }, { characters: "xyZ" }] },
      'charsets[1] has "x", and so does charsets[0]: leave it to one of the two',
    ],
    [{ charsets: [{ charset: "digits" }, { charset: "digits" }] }, 'charsets[1] has "0", and so does charsets[0]'],
    [
      {
        charsets: [
          { charset: "lowercase", minChars: 20 },
          { charset: "digits", minChars: 5 },
        ],
      },
      "charsets demand 25 characters, and length is 24: raise length or lower minChars",
    ],
    [
      { length: 12, charsets: [{ charset: "lowercase" }] },
      "passwords of length 12 have 56 bits, and minEntropyBits asks for 80: raise length, or name more charsets",
    ],
    [{ minEntropyBits: 256 }, "passwords of length 24 have 137 bits, and minEntropyBits asks for 256"],
    [{ minEntropyBits: 0 }, "minEntropyBits 0 is out of range"],
    [
      {
        length: 32,
        charsets: [
          { charset: "lowercase", minChars: 1 },
          { charset: "digits", minChars: 28 },
        ],
      },
      "charsets demand so much that but one random password in ",
    ],
  ])("are refused as %j", (change, message) => {
    expect(refusal(change)).toContain(`[x] ${message}`);
  });

  it.each([
    ["'", "literals of SQL"],
    ["\\", "literals of SQL"],
    ['"', "JSON documents"],
    ["$", "blocks of PostgreSQL"],
    ["{", "Vault's own templates"],
    ["@", "the URL of a database"],
    ["/", "the URL of a database"],
    ["%", "the URL of a database"],
    [" ", "the URL of a database"],
    [";", "connection strings"],
    ["=", "connection strings"],
    ["`", "shells"],
    ["é", "programs that expect ASCII"],
    ["\u{1f511}", "programs that expect ASCII"],
    ["\n", "programs that expect ASCII"],
  ])("are refused with the character %j", (character, place) => {
    const message = refusal({ charsets: [{ charset: "lowercase" }, { characters: `_${character}` }] });
    expect(message).toContain(`charsets[1].characters has ${JSON.stringify(character)}, which breaks ${place}`);
  });

  it("have named charsets of safe characters, none in two", () => {
    const all = charsetNames.map((name) => namedCharsets[name]).join("");
    expect(Array.from(all).filter((character) => unsafeIn(character) !== undefined)).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("the strength of passwords", () => {
  /** Counted one by one. */
  function counted(length: number, charsets: readonly { characters: string; minChars: number }[]): number {
    const all = [...new Set(charsets.flatMap(({ characters }) => Array.from(characters)))];
    let passwords = [""];
    for (let at = 0; at < length; at += 1) passwords = passwords.flatMap((each) => all.map((next) => each + next));
    return passwords.filter((password) =>
      charsets.every(
        ({ characters, minChars }) =>
          Array.from(password).filter((each) => characters.includes(each)).length >= minChars,
      ),
    ).length;
  }

  it.each([
    [
      3,
      [
        { characters: "ab", minChars: 1 },
        { characters: "xyz", minChars: 1 },
      ],
    ],
    [
      5,
      [
        { characters: "ab", minChars: 2 },
        { characters: "x", minChars: 1 },
        { characters: "01", minChars: 0 },
      ],
    ],
    [4, [{ characters: "abcd", minChars: 0 }]],
  ])("is the number of them, and the share of candidates that Vault takes (length %d)", (length, charsets) => {
    const number = counted(length, charsets);
    const size = new Set(charsets.flatMap(({ characters }) => Array.from(characters))).size;
    const { bits, accepted } = strengthOf({ length, charsets });
    expect(bits).toBeCloseTo(Math.log2(number), 9);
    expect(accepted).toBeCloseTo(number / size ** length, 9);
  });

  it("is no more than there is where charsets overlap", () => {
    const charsets = [
      { characters: "abc", minChars: 1 },
      { characters: "cd", minChars: 1 },
    ];
    const { bits, accepted } = strengthOf({ length: 5, charsets });
    expect(bits).toBeLessThanOrEqual(Math.log2(counted(5, charsets)));
    expect(accepted).toBeUndefined();
  });

  it("is 117 bits for Vault's own rule, whatever a number can hold", () => {
    const charsets = [namedCharsets.lowercase, namedCharsets.uppercase, namedCharsets.digits, "-"].map(
      (characters) => ({ characters, minChars: 1 }),
    );
    expect(Math.floor(strengthOf({ length: 20, charsets }).bits)).toBe(117);
    expect(strengthOf({ length: 128, charsets }).bits).toBeGreaterThan(760);
  });
});

describe("a password policy's text", () => {
  it("is read in JSON, and with what Vault leaves to be left out", () => {
    const json =
      '{"length": 8, "rule": [{"charset": {"charset": "ab", "min-chars": 2}}, {"charset": {"charset": "c"}}]}';
    const hcl = 'length = 8\nrule "charset" { charset = "ab"\n min-chars = 2 }\nrule "charset" { charset = "c" }';
    for (const text of [json, hcl]) {
      expect(parsePasswordPolicy(text, "policy")).toEqual({
        length: 8,
        charsets: [
          { characters: "ab", minChars: 2 },
          { characters: "c", minChars: 0 },
        ],
      });
    }
  });

  it.each([
    ['rule "charset" { charset = "a" }', "policy:1:1] the password policy has no length"],
    ["length = 8", "the password policy has no rule"],
    ['length = 8\nrule "words" {}', "policy:2:1] the password policy has a rule words"],
    ['length = 8\nrule "charset" {}', "has a rule without characters"],
    ['length = 8\nrule "charset" { charset = "a"\n max-chars = 2 }', "policy:3:2] the password policy has max-chars"],
    ['length = "8"\nrule "charset" { charset = "a" }', "has a length that is no whole number"],
    ["length = 8\nlength = 9", "policy:2:1] the password policy has length where it can't be"],
    ["length = ", "ends where a value should be"],
    ['{"length": 8, "rule": ["a"]}', "has a rule that is no object"],
  ])("is refused as %j", (text, message) => {
    expect(refusalOf(() => parsePasswordPolicy(text, "policy"))).toContain(message);
  });
});
