import type { Guardrail } from "../guardrail";
import { deletableKey } from "./deletable-key";
import { exportableKey } from "./exportable-key";
import { plaintextBackup } from "./plaintext-backup";
import { unrotatedKey } from "./unrotated-key";

/** Guardrails on keys that encrypt and sign. */
export const transitRules: readonly Guardrail[] = [exportableKey, deletableKey, plaintextBackup, unrotatedKey];
