import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { keysWith, transitPage } from "./transit-key";

export const exportableKey: Guardrail = {
  id: "LH-TRN-001",
  title: "a key stays in Vault",
  why: "whoever may export it works with it elsewhere, unseen and for ever; it can't be made unexportable again",
  remedy: "leave exportable out, and have programs ask Vault to encrypt and sign",
  severity: alwaysError,
  references: [transitPage],
  check: (declaration) => keysWith(declaration, "exportable"),
};
