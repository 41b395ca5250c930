import type { Severity, Tier } from "./tier";

/** What a rule says of itself. */
export interface Rule {
  /** `LH-`, the room (DB, SQL, POL, AUTH, SYS, PKI, TRN, KV, AWS, NS; WVR for waivers), and a number that stays. */
  readonly id: string;
  readonly title: string;
  /** What happens without it. */
  readonly why: string;
  /** What to do, in a sentence without its full stop. */
  readonly remedy: string;
  readonly severity: Readonly<Record<Tier, Severity>>;
  /** Pages that it rests on. */
  readonly references: readonly string[];
}

export const alwaysError: Rule["severity"] = { lab: "error", dev: "error", staging: "error", prod: "error" };
export const alwaysWarning: Rule["severity"] = {
  lab: "warning",
  dev: "warning",
  staging: "warning",
  prod: "warning",
};
/** What a lab and developers may have, and nobody else. */
export const errorFromStaging: Rule["severity"] = {
  lab: "warning",
  dev: "warning",
  staging: "error",
  prod: "error",
};
