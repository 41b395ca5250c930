import type { WaivedGuardrail } from "./guardrail-waivers";
import { renderJson } from "./json";
import { type MarkdownOptions, renderMarkdown } from "./markdown";
import { inlineCode, plainText } from "./markdown-text";
import type { Review } from "./review";

/** A review with what else is shown beside it. */
export interface ReportedReview {
  readonly review: Review;
  /** @default none */
  readonly waivers?: readonly WaivedGuardrail[] | undefined;
}

/** GitHub's limit for a comment. */
const commentLimit = 65_536;

/** So many entries of each list are shown. */
const mostEntries = 30;

/** What counts by its class, then what was allowed and which guardrails are waived. */
export function reportMarkdown({ review, waivers = [] }: ReportedReview, options: MarkdownOptions = {}): string {
  const { limit = commentLimit } = options;
  const beside = [
    ...folded(
      "Allowances that allowed nothing",
      review.unused.map((label) => inlineCode(label, 120)),
    ),
    ...folded(
      "Guardrails that are waived",
      waivers.map(
        ({ id, construct, problem, reason, until }) =>
          `${inlineCode(id, 40)} ${inlineCode(construct, 120)} ${plainText(problem, 200)}: ${plainText(reason, 200)}${until === undefined ? "" : ` (until ${until})`}`,
      ),
    ),
  ].join("\n");
  // What changes beside Terraform is among the findings.
  const { findings, allowed, blastRadius } = review;
  const head = renderMarkdown({ findings, allowed, blastRadius }, { ...options, limit: limit - beside.length - 1 });
  return beside === "" ? head : `${head}${beside}\n`;
}

/** The whole as JSON, nothing left out. */
export function reportJson({ review, waivers = [] }: ReportedReview): string {
  const whole = JSON.parse(renderJson(review)) as Record<string, unknown>;
  return JSON.stringify({ ...whole, unused: review.unused, waivers }, undefined, 2);
}

function folded(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length > mostEntries ? [`- and ${entries.length - mostEntries} more`] : [];
  const lines = entries.slice(0, mostEntries).map((entry) => `- ${entry}`);
  return ["", `<details><summary>${title} (${entries.length})</summary>`, "", ...lines, ...more, "", "</details>"];
}
