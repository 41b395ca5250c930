/** Charsets by name. None has a character that needs quoting anywhere: see `unsafeIn`. */
export const namedCharsets = {
  lowercase: "abcdefghijklmnopqrstuvwxyz",
  uppercase: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  digits: "0123456789",
  /** The signs that URLs leave as they are. */
  symbols: "-._~",
} as const;

export type NamedCharset = keyof typeof namedCharsets;

export const charsetNames = Object.keys(namedCharsets) as readonly NamedCharset[];

/** Where a character means something other than itself. */
const meanings: readonly (readonly [characters: string, where: string])[] = [
  ["'\\", "literals of SQL"],
  ['"', "JSON documents"],
  ["$", "blocks of PostgreSQL and in shells"],
  ["{}", "Vault's own templates"],
  ["@:/?#[]%&+ ", "the URL of a database"],
  [";=,()!*", "connection strings"],
  ["`<>|^", "shells"],
];

/**
 * Where a character breaks what a password is put into; undefined for the letters, digits and signs that URLs leave as they are,
 * which are safe in SQL, JSON, connection strings and shells too.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-2.3
 */
export function unsafeIn(character: string): string | undefined {
  if (/^[A-Za-z0-9._~-]$/.test(character)) return undefined;
  return meanings.find(([characters]) => characters.includes(character))?.[1] ?? "programs that expect ASCII";
}
