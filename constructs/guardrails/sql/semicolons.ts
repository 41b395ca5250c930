import { statementGuardrail } from "./statement-findings";

export const semicolons = statementGuardrail({
  id: "LH-SQL-011",
  title: 'no ";" stands inside a literal',
  why: "Vault cuts the statement in two there",
  remedy: "do without the semicolon",
  references: ["https://developer.hashicorp.com/vault/docs/secrets/databases/postgresql"],
  kinds: ["semicolon"],
});
