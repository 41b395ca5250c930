/**
 * Reading SQL far enough to judge statements: what stands in a literal, in a quoted identifier, in a comment or bare.
 * The lexical rules are PostgreSQL's.
 *
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */

export type SegmentKind = "bare" | "literal" | "identifier" | "dollar" | "comment";

export interface Segment {
  readonly kind: SegmentKind;
  readonly text: string;
}

/** Openers in the order in which they must be tried. A dollar quote's tag can't begin with a digit (that is a parameter). */
const openers: readonly { readonly kind: SegmentKind; readonly pattern: RegExp }[] = [
  { kind: "comment", pattern: /--[^\n]*/y },
  { kind: "dollar", pattern: /\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/y },
  { kind: "literal", pattern: /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y },
  { kind: "literal", pattern: /'(?:[^']|'')*(?:'|$)/y },
  { kind: "identifier", pattern: /"(?:[^"]|"")*(?:"|$)/y },
];

/** Text in which nothing can open. */
const plainText = /[^-/$'"eE]+/y;

/** The text cut into segments; joined they give the text again. */
export function segments(sql: string): Segment[] {
  const found: Segment[] = [];
  let bare = "";
  for (let at = 0; at < sql.length;) {
    plainText.lastIndex = at;
    const plain = plainText.exec(sql)?.[0];
    if (plain !== undefined) {
      bare += plain;
      at += plain.length;
      continue;
    }
    // Inside a word an E or a $ opens nothing: both may be part of an identifier.
    const inWord = /[\w$\u0080-\uffff]/.test(bare.at(-1) ?? "") && /[eE$]/.test(sql.charAt(at));
    const opened = inWord ? undefined : openAt(sql, at);
    if (opened === undefined) {
      bare += sql.charAt(at);
      at += 1;
      continue;
    }
    if (bare !== "") found.push({ kind: "bare", text: bare });
    bare = "";
    found.push(opened);
    at += opened.text.length;
  }
  if (bare !== "") found.push({ kind: "bare", text: bare });
  return found;
}

function openAt(sql: string, at: number): Segment | undefined {
  if (sql.startsWith("/*", at)) return { kind: "comment", text: blockComment(sql, at) };
  for (const { kind, pattern } of openers) {
    pattern.lastIndex = at;
    const match = pattern.exec(sql);
    if (match) return { kind, text: match[0] };
  }
  return undefined;
}

/** PostgreSQL's block comments nest. */
function blockComment(sql: string, at: number): string {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = at;
  let depth = 0;
  for (let found = mark.exec(sql); found !== null; found = mark.exec(sql)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return sql.slice(at, mark.lastIndex);
  }
  return sql.slice(at);
}

/** The text without its comments, with white space folded, for matching key words. */
export function withoutComments(sql: string): string {
  return segments(sql)
    .map(({ kind, text }) => (kind === "comment" ? " " : text)) // a comment separates words
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * The statements that Vault makes of one list item: whole when it holds upper-case `END` as a word, else split at every `;`,
 * even one inside a literal.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases/postgresql
 */
export function splitAsVault(item: string): string[] {
  const parts = isKeptWhole(item) ? [item] : item.split(";");
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** As Vault reads it: with the last of the quoted texts taken away, of which it looks for the double-quoted first. */
function isKeptWhole(item: string): boolean {
  const quoted = [...(item.match(/".*?"/g) ?? []), ...(item.match(/'.*?'/g) ?? [])].at(-1);
  return /\bEND\b/.test(quoted === undefined ? item : item.replaceAll(quoted, ""));
}

/** An identifier as SQL wants it quoted. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal as SQL wants it quoted. */
export function quoteLiteral(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
