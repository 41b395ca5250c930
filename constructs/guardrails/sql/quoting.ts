import { statementGuardrail } from "./statement-findings";

export const quoting = statementGuardrail({
  id: "LH-SQL-003",
  title: "{{name}} stands in quotes",
  why: "a hyphen in a name breaks the statement, and a hostile name escapes it",
  remedy: 'write "{{name}}" where an identifier stands',
  references: ["https://www.postgresql.org/docs/current/sql-syntax-lexical.html"],
  kinds: ["quoting"],
});
