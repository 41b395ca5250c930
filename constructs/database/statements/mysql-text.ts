import type { Segment, SegmentKind } from "./sql-text";

/** The servers that share Vault's MySQL plug-in and most of their language. */
export const mySqlProducts = ["mysql", "mariadb"] as const;

export type MySqlProduct = (typeof mySqlProducts)[number];

/**
 * Reading the SQL of MySQL and MariaDB far enough to judge statements. Texts in double quotes count as literals, as they do
 * unless a server runs with `ANSI_QUOTES`.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/lexical-structure.html
 */

/** Openers in the order in which they must be tried. `--` opens a comment only before a blank; comments don't nest. */
const openers: readonly { readonly kind: SegmentKind; readonly pattern: RegExp }[] = [
  { kind: "comment", pattern: /#[^\n]*|--(?=[\s\u0000-\u001f]|$)[^\n]*/y },
  { kind: "comment", pattern: /\/\*[\s\S]*?(?:\*\/|$)/y },
  { kind: "literal", pattern: /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y },
  { kind: "literal", pattern: /"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)/y },
  { kind: "identifier", pattern: /`(?:[^`]|``)*(?:`|$)/y },
  { kind: "bare", pattern: /[^-#/'"`]+|[\s\S]/y },
];

/** The text cut into segments; joined they give the text again. */
export function mySqlSegments(sql: string): Segment[] {
  const found: Segment[] = [];
  for (let at = 0; at < sql.length;) {
    const next = segmentAt(sql, at);
    const last = found.at(-1);
    at += next.text.length;
    if (last?.kind === "bare" && next.kind === "bare") found.splice(-1, 1, { ...last, text: last.text + next.text });
    else found.push(next);
  }
  return found;
}

function segmentAt(sql: string, at: number): Segment {
  for (const { kind, pattern } of openers) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return { kind: "bare", text: sql.slice(at) };
}

/** The statements of a text without comments, their white space folded; a `;` in quotes ends none. */
export function mySqlStatements(parts: readonly Segment[]): string[] {
  const statements = [""];
  for (const { kind, text } of parts) {
    const [first = "", ...more] =
      kind === "bare" ? text.replace(/\s+/g, " ").split(";") : [kind === "comment" ? " " : text];
    statements.push(`${statements.pop() ?? ""}${first}`, ...more);
  }
  return statements.map((each) => each.replace(/ {2,}/g, " ").trim()).filter((each) => each !== "");
}

/** An identifier as SQL wants it quoted. */
export function quoteMySqlIdentifier(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** A string literal as SQL wants it quoted. */
export function quoteMySqlLiteral(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/**
 * A whole database as GRANT wants it, where an unescaped `_` would stand for any character, and give away the neighbours. A
 * server with `partial_revokes` on takes names to the letter and must not be given databases with `_` this way.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/grant.html#grant-database-privileges
 */
export function everyTableOf(database: string): string {
  return `${quoteMySqlIdentifier(database.replace(/[_%]/g, "\\$&"))}.*`;
}

/** One table, `database.table`, as GRANT wants it; there `_` stands for itself. */
export function oneTable(table: string): string {
  return table.split(".").map(quoteMySqlIdentifier).join(".");
}

/** The procedure by which MySQL ends a user's sessions; MariaDB has a statement for it. */
export const endSessionsProcedure = "leasehold.end_sessions";
