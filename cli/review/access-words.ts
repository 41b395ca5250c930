import { type AccessChange, changeText } from "../../policies/diff/diff-policies";
import type { RiskClass } from "./finding";

/** Capabilities that look and change nothing. */
const looking = new Set<string>(["read", "list"]);

/** How much gained or lost access asks of whoever approves it: to write, to go round a limit or to reach any path is grave. */
export function riskOf(changes: readonly AccessChange[]): RiskClass {
  const gained = changes.filter(({ kind }) => kind === "gains");
  if (gained.some(isGrave)) return "dangerous";
  return changes.length > 0 ? "careful" : "routine";
}

/** Whether access lets its holder write, or is to whatever is below a path. */
export function isGrave({ capabilities, paths }: Pick<AccessChange, "capabilities" | "paths">): boolean {
  return capabilities.some((each) => !looking.has(each)) || /[*+]/.test(paths);
}

/** What came and went, a line each, as a difference has them. */
export function differenceOf(changes: readonly AccessChange[]): string[] {
  return changes.map((change) => `${change.kind === "gains" ? "+" : "-"} ${withoutKind(change)}`);
}

/** How many are said in the sentence; the difference has all. */
const said = 2;

/** What came and went in a phrase, `gains read on a and 3 more; loses update on b`. */
export function phraseOf(changes: readonly AccessChange[]): string {
  const kinds = (["gains", "loses"] as const).map((kind) => {
    const those = changes.filter((change) => change.kind === kind);
    // What is grave comes first, so that it is not among those that are only counted.
    const sorted = kind === "gains" ? [...those.filter(isGrave), ...those.filter((each) => !isGrave(each))] : those;
    const words = sorted.slice(0, said).map(withoutKind).join("; ");
    const more = those.length > said ? ` and ${those.length - said} more` : "";
    return those.length === 0 ? "" : `${kind} ${words}${more}`;
  });
  return kinds.filter((each) => each !== "").join(", and ");
}

function withoutKind(change: AccessChange): string {
  return changeText(change).replace(`${change.kind}: `, "");
}
