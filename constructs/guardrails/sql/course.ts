import { statementGuardrail } from "./statement-findings";

export const course = statementGuardrail({
  id: "LH-SQL-017",
  title: "statements leave nothing half-done",
  why: "a statement that fails, or runs twice, must leave neither a user that can log in nor one that is never dropped",
  remedy: "make users locked until all has run, and have revocations end sessions and repeat safely",
  references: ["https://developer.hashicorp.com/vault/docs/secrets/databases"],
  kinds: ["course"],
});
