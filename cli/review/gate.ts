import type { Review } from "./review";
import { type RiskClass, riskClasses } from "./finding";

/** From which class on a review fails: that one and graver ones. */
export const failClasses = ["careful", "dangerous", "blocked", "never"] as const;

export type FailClass = (typeof failClasses)[number];

/** What the command exits with; 1 is an error of the command itself. */
export const exitCodes: Readonly<Record<RiskClass, number>> = { routine: 0, careful: 10, dangerous: 11, blocked: 12 };

/** 0 where the gravest finding that counts is milder than the class from which on a review fails. */
export function exitCodeOf({ risk }: Pick<Review, "risk">, failOn: FailClass): number {
  if (risk === undefined || failOn === "never") return 0;
  return riskClasses.indexOf(risk) <= riskClasses.indexOf(failOn) ? exitCodes[risk] : 0;
}
