import { hasSqlDetails, loadModule, parsePlPgSQLSync, parseSync } from "libpg-query";
import type { Finding } from "./finding";

/**
 * PostgreSQL's own parser, of version 18. It is WebAssembly, which Node loads asynchronously: whoever builds constructs calls
 * `loadPostgresGrammar` first; without it statements are judged by all the other rules only.
 */
const state = { loaded: false };

/** Loads the parser; the second call does nothing. */
export async function loadPostgresGrammar(): Promise<void> {
  await loadModule();
  state.loaded = true;
}

/** Whether statements are parsed. */
export function isPostgresGrammarLoaded(): boolean {
  return state.loaded;
}

/**
 * What the parser says against one statement, its placeholders inside quotes. PL/pgSQL inside a DO block is parsed too.
 *
 * @see https://www.postgresql.org/docs/current/sql-commands.html
 */
export function grammarFindings(statement: string): Finding[] {
  if (!state.loaded) return [];
  try {
    for (const body of blocksOf(parseSync(statement))) {
      parsePlPgSQLSync(`CREATE FUNCTION block() RETURNS void LANGUAGE plpgsql AS ${quoted(body)}`);
    }
    return [];
  } catch (thrown) {
    return [
      {
        kind: "grammar",
        problem: `is not accepted by PostgreSQL's grammar: ${reasonOf(thrown)}`,
        remedy: "write it as PostgreSQL 18 understands it",
      },
    ];
  }
}

interface ParseResult {
  readonly stmts?: readonly { readonly stmt?: Readonly<Record<string, unknown>> }[];
}

/** The bodies of the DO blocks that are written in PL/pgSQL, which is the default. */
function blocksOf(parsed: unknown): string[] {
  return ((parsed as ParseResult).stmts ?? []).flatMap(({ stmt }) => {
    const block = stmt?.["DoStmt"] as { readonly args?: readonly DefElem[] } | undefined;
    const argument = (name: string) =>
      block?.args?.map(({ DefElem }) => DefElem).find(({ defname }) => defname === name)?.arg.String?.sval;
    const body = argument("as");
    return body === undefined || (argument("language") ?? "plpgsql") !== "plpgsql" ? [] : [body];
  });
}

interface DefElem {
  readonly DefElem: { readonly defname: string; readonly arg: { readonly String?: { readonly sval?: string } } };
}

/** Dollar-quoted with a tag that the body does not hold. */
function quoted(body: string): string {
  let tag = "$block$";
  while (body.includes(tag)) tag = `$${tag.slice(1, -1)}_$`;
  return `${tag}${body}${tag}`;
}

function reasonOf(thrown: unknown): string {
  const position = hasSqlDetails(thrown) ? thrown.sqlDetails?.cursorPosition : undefined;
  if (position !== undefined) return `${(thrown as Error).message} at character ${position + 1}`;
  return thrown instanceof Error ? thrown.message : String(thrown);
}
