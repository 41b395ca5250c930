import type { ReviewFinding } from "./finding";
import type { ResourceChange, ReviewedPlan } from "./plan";

/** One thing that the review looks for in a plan. */
export interface ReviewRule {
  /** The label of its findings, which `--allow` takes. It stays as it is: workflows hold it. */
  readonly id: string;
  readonly title: string;
  /** A pure function. */
  check(plan: ReviewedPlan): ReviewFinding[];
}

type Said = Omit<ReviewFinding, "rule" | "address">;

/** A rule that judges each change by itself, the rest of the plan being there to look things up. */
export function changeRule(
  id: string,
  title: string,
  judge: (change: ResourceChange, plan: ReviewedPlan) => Said | undefined,
): ReviewRule {
  return {
    id,
    title,
    check: (plan) =>
      plan.changes.flatMap((change) => {
        const said = judge(change, plan);
        return said === undefined ? [] : [{ rule: id, address: change.address, ...said }];
      }),
  };
}
