/** How much a change asks of whoever approves it, from the gravest: each class holds what is to be done before the apply. */
export const riskClasses = ["blocked", "dangerous", "careful", "routine"] as const;

/**
 * `blocked`: must not be applied as it is. `dangerous`: ends access or data, or widens access much. `careful`: right if it is
 * meant. `routine`: neither ends nor widens anything.
 */
export type RiskClass = (typeof riskClasses)[number];

/** What the review says of one change. */
export interface ReviewFinding {
  /** Id of the rule, such as `mount-replaced`, which is also the label that `--allow` takes. */
  readonly rule: string;
  readonly risk: RiskClass;
  /** Terraform's address of the resource. */
  readonly address: string;
  /** What happens, in a sentence without its full stop. */
  readonly what: string;
  /** Why that matters, in a sentence without its full stop. */
  readonly why: string;
  /** What to do about it, in a sentence without its full stop. */
  readonly remedy: string;
  /** Lines of a difference, each beginning with `+`, `-` or a blank. */
  readonly difference?: readonly string[] | undefined;
}
