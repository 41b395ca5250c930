import type { ReviewFinding } from "./finding";
import { fencedBlock, inlineCode, plainText } from "./markdown-text";

/** How much of a finding is shown: its first line, its reason and remedy too, or its difference too. */
export const details = ["line", "reason", "difference"] as const;

export type Detail = (typeof details)[number];

/** What a longer text is cut to, so that one finding can't take all the room. */
const most = { address: 200, text: 600, differenceLine: 300, differenceLines: 60 };

/** Up to so many lines a difference stands open. */
const openLines = 15;

/** A finding as an entry of a list. What is asked of all of it is what `detail` adds to the one before it. */
export function findingLines(finding: ReviewFinding, detail: Detail): string[] {
  const { rule, address, what } = finding;
  const first = `- ${inlineCode(address, most.address)} ${plainText(sentence(what), most.text)} (${inlineCode(rule, 60)})`;
  if (detail === "line") return [first];
  const reason = [
    `  Why: ${plainText(sentence(finding.why), most.text)}`,
    `  To do: ${plainText(sentence(finding.remedy), most.text)}`,
  ];
  // Two blanks at the end break the line.
  const withReason = [`${first}  `, `${reason[0] ?? ""}  `, reason[1] ?? ""];
  const { difference = [] } = finding;
  return detail === "reason" || difference.length === 0 ? withReason : [...withReason, ...differenceLines(difference)];
}

/** How many lines a finding has in whole. */
export function wholeLines({ difference = [] }: ReviewFinding): number {
  return 3 + difference.length;
}

/** How many of those lines a detail shows. */
export function shownLines({ difference = [] }: ReviewFinding, detail: Detail): number {
  if (detail === "line") return 1;
  return 3 + (detail === "difference" ? Math.min(difference.length, most.differenceLines) : 0);
}

function differenceLines(difference: readonly string[]): string[] {
  const shown = difference.slice(0, most.differenceLines);
  const block = fencedBlock(shown, "diff", most.differenceLine);
  const left = difference.length - shown.length;
  const after = left > 0 ? ["", `${left} more lines of the difference are left out.`] : [];
  const lines =
    difference.length > openLines
      ? [`<details><summary>Difference, ${difference.length} lines</summary>`, "", ...block, ...after, "", "</details>"]
      : [...block, ...after];
  return ["", ...lines.map((line) => (line === "" ? "" : `  ${line}`)), ""];
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
