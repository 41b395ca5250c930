import { LeaseholdError, show } from "../../constructs/core/errors";
import { requireWhole } from "../../constructs/core/numbers";
import { charsetNames, type NamedCharset, namedCharsets, unsafeIn } from "./charsets";
import { type Charset, type PasswordRecipe, strengthOf } from "./password-strength";

/** Characters that passwords are made of: a charset by its name, or the characters themselves. */
export interface CharsetRule {
  /** @default the one of `characters` */
  readonly charset?: NamedCharset | undefined;
  /** Each once, and each safe wherever a password is put: letters, digits, `-`, `.`, `_` and `~`. @default those of `charset` */
  readonly characters?: string | undefined;
  /** How many of them a password has at least. @default 1 */
  readonly minChars?: number | undefined;
}

/** What Vault makes passwords by. */
export interface PasswordRules {
  /** Characters in a password, 8 to 128. */
  readonly length: number;
  /** Characters that passwords are made of, none in two of the charsets. */
  readonly charsets: readonly CharsetRule[];
  /** Bits that passwords must have at least: how hard they are to guess is computed, and less is refused. @default 80 */
  readonly minEntropyBits?: number | undefined;
}

/** What a random password must have that nobody has to remember: no hash of it is worth an attempt. */
export const leastEntropyBits = 80;

/** Of random candidates Vault must take one in so many at least: it gives up after a second, which is some ten thousand of them. */
const rarest = 1000;

/**
 * The rules as Vault reads them, sorted, so that their order makes no difference.
 *
 * @throws LeaseholdError that names `where` and the field that Vault would refuse, or could make no or only weak passwords by.
 */
export function requirePasswordRules(where: string, rules: PasswordRules): PasswordRecipe {
  const length = requireWhole(where, "length", rules.length, 8, 128);
  if (rules.charsets.length === 0) {
    throw new LeaseholdError(where, "charsets is empty", 'name one at least, such as { charset: "lowercase" }');
  }
  const charsets = rules.charsets.map((rule, at) => requireCharset(where, `charsets[${at}]`, rule, length));
  requireDistinct(where, charsets);
  const demanded = charsets.reduce((sum, { minChars }) => sum + minChars, 0);
  if (demanded > length) {
    throw new LeaseholdError(
      where,
      `charsets demand ${demanded} characters, and length is ${length}`,
      "raise length or lower minChars",
    );
  }
  const recipe = { length, charsets: charsets.toSorted((a, b) => (a.characters < b.characters ? -1 : 1)) };
  requireStrength(
    where,
    recipe,
    requireWhole(where, "minEntropyBits", rules.minEntropyBits ?? leastEntropyBits, 1, 1024),
  );
  return recipe;
}

function requireCharset(where: string, field: string, rule: CharsetRule, length: number): Charset {
  const { charset, characters: given, minChars = 1 } = rule;
  if ((charset === undefined) === (given === undefined)) {
    throw new LeaseholdError(
      where,
      `${field} has ${charset === undefined ? "neither charset nor characters" : "both charset and characters"}`,
      "give one of the two",
    );
  }
  if (charset !== undefined && !charsetNames.includes(charset)) {
    throw new LeaseholdError(
      where,
      `${field}.charset ${show(charset)} is unknown`,
      `use ${charsetNames.join(", ")}, or give characters`,
    );
  }
  const characters =
    charset === undefined ? requireCharacters(where, `${field}.characters`, given) : namedCharsets[charset];
  return {
    characters: Array.from(characters).sort().join(""),
    minChars: requireWhole(where, `${field}.minChars`, minChars, 0, length),
  };
}

function requireCharacters(where: string, field: string, characters: unknown): string {
  if (typeof characters !== "string" || characters === "") {
    throw new LeaseholdError(where, `${field} ${show(characters)} has no characters`, "give one at least");
  }
  const each = Array.from(characters);
  const unsafe = each.find((character) => unsafeIn(character) !== undefined);
  if (unsafe !== undefined) {
    throw new LeaseholdError(
      where,
      `${field} has ${show(unsafe)}, which breaks ${unsafeIn(unsafe) ?? ""}`,
      "use letters, digits, `-`, `.`, `_` and `~`, and a greater length for what that takes away",
    );
  }
  const twice = each.find((character, at) => each.indexOf(character) !== at);
  if (twice === undefined) return characters;
  throw new LeaseholdError(where, `${field} has ${show(twice)} twice`, "give each character once");
}

/** A character in two charsets counts for both, so that a password has less of either than is read. */
function requireDistinct(where: string, charsets: readonly Charset[]): void {
  const held = new Map<string, number>();
  charsets.forEach(({ characters }, at) => {
    for (const character of characters) {
      const other = held.get(character);
      if (other !== undefined) {
        throw new LeaseholdError(
          where,
          `charsets[${at}] has ${show(character)}, and so does charsets[${other}]`,
          "leave it to one of the two",
        );
      }
      held.set(character, at);
    }
  });
}

function requireStrength(where: string, recipe: PasswordRecipe, least: number): void {
  const { bits, accepted } = strengthOf(recipe);
  if (bits < least) {
    throw new LeaseholdError(
      where,
      `passwords of length ${recipe.length} have ${Math.floor(bits)} bits, and minEntropyBits asks for ${least}`,
      "raise length, or name more charsets",
    );
  }
  if (accepted !== undefined && accepted * rarest < 1) {
    throw new LeaseholdError(
      where,
      `charsets demand so much that but one random password in ${Math.round(1 / accepted)} has it, and Vault gives up after a second`,
      "lower minChars, or raise length",
    );
  }
}

/**
 * The text that Vault is given.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/password-policies#password-policy-syntax
 */
export function renderPasswordPolicy({ length, charsets }: PasswordRecipe): string {
  const rules = charsets.map(
    ({ characters, minChars }) =>
      `\nrule "charset" {\n  charset   = ${JSON.stringify(characters)}\n  min-chars = ${minChars}\n}\n`,
  );
  return `length = ${length}\n${rules.join("")}`;
}
