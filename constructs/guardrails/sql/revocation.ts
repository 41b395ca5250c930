import { statementGuardrail } from "./statement-findings";

/** Constructs acknowledge it by this id, where the revocation was left to the plug-in. */
export const revocationId = "LH-SQL-002";

export const revocation = statementGuardrail({
  id: revocationId,
  title: "a role says how its users are ended",
  why: "what a plug-in does by itself leaves sessions open, and fails for users that own objects: the user lives on",
  remedy: "give the statements that drop a user; the presets have proven ones",
  references: ["https://developer.hashicorp.com/vault/docs/secrets/databases/postgresql"],
  kinds: ["no revocation"],
});
