import { statementGuardrail } from "./statement-findings";

export const power = statementGuardrail({
  id: "LH-SQL-007",
  title: "users have no power over the server",
  why: "CREATEROLE, BYPASSRLS, REPLICATION and rights on *.* reach beyond the database, and outlive the user in what it makes",
  remedy: "grant on the tables or databases of the application alone",
  references: [
    "https://www.postgresql.org/docs/current/role-attributes.html",
    "https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html",
  ],
  kinds: ["power"],
});
