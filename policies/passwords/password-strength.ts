/** What passwords are made of, as Vault reads it. */
export interface PasswordRecipe {
  /** Characters in a password. */
  readonly length: number;
  readonly charsets: readonly Charset[];
}

export interface Charset {
  readonly characters: string;
  /** How many characters of it a password has at least. */
  readonly minChars: number;
}

/** How hard passwords are to guess, and to make. */
export interface PasswordStrength {
  /** The logarithm to base 2 of how many passwords there are; where charsets overlap, a number that it is not below. */
  readonly bits: number;
  /** The share of random candidates that Vault takes: it makes one after another for a second. Unknown where charsets overlap. */
  readonly accepted: number | undefined;
}

/** @see https://developer.hashicorp.com/vault/docs/concepts/password-policies#how-password-policies-work */
export function strengthOf(recipe: PasswordRecipe): PasswordStrength {
  const { length, charsets } = recipe;
  const all = new Set(charsets.flatMap(({ characters }) => Array.from(characters)));
  const sizes = charsets.map(({ characters }) => new Set(characters).size);
  if (sizes.reduce((sum, size) => sum + size, 0) > all.size)
    return { bits: atLeast(recipe, all.size), accepted: undefined };
  const passwords = count(recipe, sizes);
  const candidates = BigInt(all.size) ** BigInt(length);
  return { bits: log2(passwords), accepted: 2 ** (log2(passwords) - log2(candidates)) };
}

/** How many passwords there are, charset by charset: the ways to fill some places with characters of those so far. */
function count({ length, charsets }: PasswordRecipe, sizes: readonly number[]): bigint {
  const places = Array.from({ length: length + 1 }, (_, at) => at);
  const choose = pascal(length);
  const ways = charsets.reduce<readonly bigint[]>(
    (before, { minChars }, at) =>
      places.map((filled) =>
        places
          .slice(minChars, filled + 1)
          .reduce(
            (sum, own) =>
              sum +
              (choose[filled]?.[own] ?? 0n) * BigInt(sizes[at] ?? 0) ** BigInt(own) * (before[filled - own] ?? 0n),
            0n,
          ),
      ),
    places.map((filled) => (filled === 0 ? 1n : 0n)),
  );
  return ways[length] ?? 0n;
}

/** Pascal's triangle as far as a row. */
function pascal(rows: number): bigint[][] {
  const triangle: bigint[][] = [[1n]];
  for (let row = 1; row <= rows; row += 1) {
    const above = triangle[row - 1] ?? [];
    triangle.push(Array.from({ length: row + 1 }, (_, at) => (above[at - 1] ?? 0n) + (above[at] ?? 0n)));
  }
  return triangle;
}

/** The passwords that begin with what is demanded, in the order of the charsets. */
function atLeast({ length, charsets }: PasswordRecipe, all: number): number {
  const demanded = charsets.reduce((sum, { minChars }) => sum + minChars, 0);
  const bits = charsets.reduce(
    (sum, { characters, minChars }) => sum + minChars * Math.log2(new Set(characters).size),
    0,
  );
  return bits + (length - demanded) * Math.log2(all);
}

function log2(value: bigint): number {
  if (value === 0n) return Number.NEGATIVE_INFINITY;
  const digits = value.toString(2);
  return digits.length - 53 > 0
    ? digits.length - 53 + Math.log2(Number.parseInt(digits.slice(0, 53), 2))
    : Math.log2(Number(value));
}
