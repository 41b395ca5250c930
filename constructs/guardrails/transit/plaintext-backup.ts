import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { keysWith, transitPage } from "./transit-key";

export const plaintextBackup: Guardrail = {
  id: "LH-TRN-003",
  title: "a key is not backed up as plain text",
  why: "the backup holds the key itself in every version, and it can't be forbidden again",
  remedy: "leave allow_plaintext_backup out, and back up Vault's storage, which is encrypted",
  severity: alwaysError,
  references: [transitPage],
  check: (declaration) => keysWith(declaration, "allow_plaintext_backup"),
};
