import { differing, listed } from "../attributes";
import type { ReviewFinding } from "../finding";
import type { ResourceChange } from "../plan";

/** The label of what no rule has anything against. */
export const routineRule = "routine";

/** The one line of a change that no rule has anything against. */
export function routineFinding(change: ResourceChange): ReviewFinding {
  const names = change.action === "update" ? differing(change) : [];
  return {
    rule: routineRule,
    risk: "routine",
    address: change.address,
    what:
      change.action === "create" ? "it is created" : `it is changed${names.length === 0 ? "" : ` in ${listed(names)}`}`,
    why: "it neither ends nor widens anything that the review knows of",
    remedy: "nothing is to be done",
  };
}
