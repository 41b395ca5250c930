import type { Guardrail } from "../guardrail";
import { deletableKey } from "./deletable-key";
import { exportableKey } from "./exportable-key";
import { plaintextBackup } from "./plaintext-backup";

/** Guardrails on keys that encrypt and sign. */
export const transitRules: readonly Guardrail[] = [exportableKey, deletableKey, plaintextBackup];
