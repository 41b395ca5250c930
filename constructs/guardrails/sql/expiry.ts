import { statementGuardrail } from "./statement-findings";

export const expiry = statementGuardrail({
  id: "LH-SQL-009",
  title: "the database ends users that Vault fails to end",
  why: "an orphan, a user whose lease is lost, could log in for ever",
  remedy: "write VALID UNTIL '{{expiration}}', or PASSWORD EXPIRE INTERVAL with more days than the longest TTL",
  references: [
    "https://www.postgresql.org/docs/current/sql-createrole.html",
    "https://dev.mysql.com/doc/refman/8.4/en/password-management.html",
  ],
  kinds: ["expiry"],
});
