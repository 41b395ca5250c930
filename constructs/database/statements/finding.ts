import type { StatementSet } from "./statement-set";

/** What a finding is about, so that guardrails can tell them apart. */
export type FindingKind =
  | "no creation"
  | "no revocation"
  | "quoting"
  | "grants on objects"
  | "superuser"
  | "power"
  | "passing on"
  | "expiry"
  | "block"
  | "semicolon"
  | "host"
  | "document"
  | "grammar"
  | "placeholder"
  | "course";

/** What is wrong with one statement, and what to do about it. */
export interface Finding {
  /** `course`: what runs when, and what is left when it fails. */
  readonly kind: FindingKind;
  readonly problem: string;
  readonly remedy: string;
}

/** Something in a statement set that must not reach a server. */
export interface StatementFinding extends Finding {
  /** The list and the item, such as `creation[0]`. */
  readonly field: string;
}

export const purposes = ["creation", "revocation", "renewal"] as const;

export type Purpose = (typeof purposes)[number];

/** What a dialect holds statements to. */
export interface StatementRules {
  /** What Vault fills in, by purpose. */
  readonly placeholders: Readonly<Record<Purpose | "rotation", readonly string[]>>;
  /** All that can be said against one item of a list. Its answer may depend on nothing of the set but `superuserReason`. */
  readonly onItem: (
    text: string,
    purpose: Purpose | "rotation",
    set: Pick<StatementSet, "superuserReason">,
  ) => Finding[];
  /** What no single item shows. */
  readonly onSet: (set: StatementSet) => StatementFinding[];
}
