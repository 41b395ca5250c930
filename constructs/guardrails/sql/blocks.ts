import { statementGuardrail } from "./statement-findings";

export const blocks = statementGuardrail({
  id: "LH-SQL-010",
  title: "blocks reach the server whole",
  why: 'Vault cuts an item at each ";" unless END stands in it in upper case, and older ones always do so for renewals and rotations',
  remedy: "make the block an item of its own that ends with END, or call a function of the database",
  references: ["https://developer.hashicorp.com/vault/docs/secrets/databases/postgresql"],
  kinds: ["block"],
});
