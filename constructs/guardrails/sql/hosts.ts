import { statementGuardrail } from "./statement-findings";

export const hosts = statementGuardrail({
  id: "LH-SQL-012",
  title: "statements name a MySQL user at one host",
  why: "users are told apart by name and host: with another host a revocation drops somebody who was never there",
  remedy: "give the same host in all statements",
  references: ["https://dev.mysql.com/doc/refman/8.4/en/account-names.html"],
  kinds: ["host"],
});
