import { statementGuardrail } from "./statement-findings";

export const mongodbDocument = statementGuardrail({
  id: "LH-SQL-013",
  title: "MongoDB's creation and revocation are one item each, and name one database",
  why: "the plug-in reads the first item alone, and calls a user revoked that it looked for in another database",
  remedy: "give one item for each, with the same db",
  references: ["https://developer.hashicorp.com/vault/docs/secrets/databases/mongodb"],
  kinds: ["document"],
});
