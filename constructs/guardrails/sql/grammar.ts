import { statementGuardrail } from "./statement-findings";

export const grammar = statementGuardrail({
  id: "LH-SQL-015",
  title: "statements are what the server's own grammar accepts",
  why: "the server refuses them when an application asks for a user, long after the deployment",
  remedy: "mend the statement",
  references: ["https://www.postgresql.org/docs/current/sql-commands.html"],
  kinds: ["grammar"],
});
