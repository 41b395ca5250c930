import { statementGuardrail } from "./statement-findings";

export const creation = statementGuardrail({
  id: "LH-SQL-001",
  title: "a role says how its users are made",
  why: "without creation statements each request for a user fails",
  remedy: "give the statements that make a user",
  references: ["https://developer.hashicorp.com/vault/api-docs/secret/databases#create-role"],
  kinds: ["no creation"],
});
