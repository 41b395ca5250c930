import { statementGuardrail } from "./statement-findings";

export const passingOn = statementGuardrail({
  id: "LH-SQL-008",
  title: "users pass no rights on",
  why: "whoever got a right so keeps it when the user is gone, and holds up its revocation",
  remedy: "grant without WITH GRANT OPTION and WITH ADMIN OPTION",
  references: ["https://www.postgresql.org/docs/current/sql-grant.html"],
  kinds: ["passing on"],
});
