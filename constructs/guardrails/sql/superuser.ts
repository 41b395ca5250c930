import { errorFromStaging } from "../../core/rule";
import { statementGuardrail } from "./statement-findings";

/** Constructs acknowledge it by this id, where their statements have a `superuserReason`. */
export const superuserId = "LH-SQL-006";

export const superuser = statementGuardrail({
  id: superuserId,
  title: "roles make no superusers",
  why: "a superuser reads and changes everything on the server, other databases and the log included",
  remedy: "use a group role, or say superuserReason in the statements",
  severity: errorFromStaging,
  references: ["https://www.postgresql.org/docs/current/role-attributes.html"],
  kinds: ["superuser"],
});
