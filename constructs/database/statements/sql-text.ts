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
  { kind: "comment", pattern: /\/\*[\s\S]*?(?:\*\/|$)/y },
  { kind: "dollar", pattern: /\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/y },
  { kind: "literal", pattern: /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y },
  { kind: "literal", pattern: /'(?:[^']|'')*(?:'|$)/y },
  { kind: "identifier", pattern: /"(?:[^"]|"")*(?:"|$)/y },
];

/** The text cut into segments; joined they give the text again. */
export function segments(sql: string): Segment[] {
  const found: Segment[] = [];
  let bare = "";
  for (let at = 0; at < sql.length;) {
    const opened = /\w/.test(sql[at - 1] ?? "") && /[eE]/.test(sql[at] ?? "") ? undefined : openAt(sql, at);
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
  for (const { kind, pattern } of openers) {
    pattern.lastIndex = at;
    const match = pattern.exec(sql);
    if (match) return { kind, text: match[0] };
  }
  return undefined;
}

/** The text without its comments, with white space folded, for matching key words. */
export function withoutComments(sql: string): string {
  return segments(sql)
    .filter(({ kind }) => kind !== "comment")
    .map(({ text }) => text)
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * The statements that Vault makes of one list item: whole when it contains upper-case `END`, else split at every `;`, even
 * one inside a literal.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases/postgresql
 */
export function splitAsVault(item: string): string[] {
  const parts = item.includes("END") ? [item] : item.split(";");
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** An identifier as SQL wants it quoted. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal as SQL wants it quoted. */
export function quoteLiteral(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
