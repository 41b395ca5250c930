import { errorFromStaging } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { keysWith, transitPage } from "./transit-key";

export const deletableKey: Guardrail = {
  id: "LH-TRN-002",
  title: "a key can't be deleted",
  why: "what was encrypted with a deleted key is lost, and a destroyed declaration deletes it",
  remedy: "leave deletion_allowed out until the key has nothing left to decrypt",
  severity: errorFromStaging,
  references: [transitPage],
  check: (declaration) => keysWith(declaration, "deletion_allowed"),
};
