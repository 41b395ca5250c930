import { LeaseholdError } from "../../constructs/core/errors";
import type { BlastRadius } from "./blast-radius";
import { type ReviewFinding, type RiskClass, riskClasses } from "./finding";
import { type Detail, details, findingLines, shownLines, wholeLines } from "./markdown-finding";
import { inlineCode, plainText } from "./markdown-text";
import type { ResourceChange } from "./plan";

/** What of a review is rendered. */
export interface RenderedReview {
  readonly findings: readonly ReviewFinding[];
  readonly blastRadius?: BlastRadius | undefined;
  /** What somebody has allowed, and by which label. */
  readonly allowed?: readonly { readonly finding: ReviewFinding; readonly label: string }[] | undefined;
  /** What somebody changed beside Terraform. */
  readonly drift?: readonly Pick<ResourceChange, "address" | "action">[] | undefined;
}

export interface MarkdownOptions {
  /** The environment, which the comment is known by. @default it is a review of a plan without one */
  readonly environment?: string | undefined;
  /** Characters at most. @default 65536, GitHub's for a comment */
  readonly limit?: number | undefined;
  /** What was reviewed, such as a commit. @default not said */
  readonly of?: string | undefined;
  /** Where the whole is, in a phrase. @default "`leasehold review --json`" */
  readonly whole?: string | undefined;
}

const least = 4_000;

const verdicts: Readonly<Record<RiskClass, string>> = {
  blocked: "blocked: it must not be applied as it is",
  dangerous: "dangerous: it ends access or data, or widens access much",
  careful: "careful: right if it is meant",
  routine: "routine: it neither ends nor widens anything",
};

/** Sections of these classes stand open. */
const open: ReadonlySet<RiskClass> = new Set(["blocked", "dangerous", "careful"]);

/** A line that nobody sees, by which a workflow finds the comment of an environment to update it. */
export function commentMarker(environment: string): string {
  return `<!-- leasehold-review: ${environment.replace(/[^\w.-]/g, "_").slice(0, 100)} -->`;
}

/**
 * A review as Markdown for the comment of a pull request: the verdict, then what is gravest first. Whatever the plan holds, it
 * makes no markup, and the whole stays below the limit: detail is left out from the least grave upwards, and that is said.
 *
 * @throws LeaseholdError when the limit leaves no room for the verdict.
 */
export function renderMarkdown(review: RenderedReview, options: MarkdownOptions = {}): string {
  const { limit = 65_536 } = options;
  if (!Number.isInteger(limit) || limit < least) {
    throw new LeaseholdError("review", `limit ${limit} is no whole number from ${least} on`, "give more characters");
  }
  const sections = sectionsOf(review);
  const page = new Page(sections, headOf(review, options), limit);
  for (const section of sections) {
    for (const detail of details) page.show(section, detail);
  }
  return page.render(options.whole ?? "`leasehold review --json`");
}

interface Section {
  readonly title: string;
  readonly isOpen: boolean;
  readonly findings: readonly ReviewFinding[];
}

function sectionsOf({ findings, allowed = [], drift = [] }: RenderedReview): Section[] {
  const byRisk = riskClasses.map((risk) => ({
    title: `${risk.slice(0, 1).toUpperCase()}${risk.slice(1)}`,
    isOpen: open.has(risk),
    findings: findings.filter((finding) => finding.risk === risk),
  }));
  const known = new Set(findings.map(({ address }) => address));
  const allowances = {
    title: "Allowed",
    isOpen: false,
    findings: allowed.map(({ finding, label }) => ({ ...finding, what: `${finding.what} (allowed by ${label})` })),
  };
  const beside = {
    title: "Changed beside Terraform since the last apply",
    isOpen: false,
    findings: drift
      .filter(({ address }) => !known.has(address))
      .map(({ address, action }) => ({
        rule: "drift",
        risk: "careful" as const,
        address,
        what: action === "delete" ? "it was removed" : "it was changed",
        why: "the next apply takes it back to what is declared",
        remedy: "declare it, or find out who did it",
      })),
  };
  return [...byRisk, allowances, beside].filter((section) => section.findings.length > 0);
}

function headOf({ findings, blastRadius }: RenderedReview, { environment, of }: MarkdownOptions): readonly string[] {
  const gravest = riskClasses.find((risk) => findings.some((finding) => finding.risk === risk));
  const counts = riskClasses.flatMap((risk) => {
    const count = findings.filter((finding) => finding.risk === risk).length;
    return count === 0 ? [] : [`${count} ${risk}`];
  });
  const leases = blastRadius === undefined || blastRadius.touched.length === 0 ? [] : [leasesWords(blastRadius)];
  const reviewed = of === undefined ? [] : [`reviewed at ${inlineCode(of, 100)}`];
  const problems = blastRadius?.problems ?? [];
  const shown = problems.slice(0, 3).map((each) => `> ${plainText(each, 400)}  `);
  const more = problems.length > shown.length ? [`> and ${problems.length - shown.length} more that failed`] : [];
  const title = environment === undefined ? "Plan review" : `Plan review of ${inlineCode(environment, 100)}`;
  return [
    ...(environment === undefined ? [] : [commentMarker(environment)]),
    `## ${title}: ${gravest === undefined ? "nothing that counts" : verdicts[gravest]}`,
    "",
    [...counts, ...leases, ...reviewed].join(" · ") || "No finding.",
    ...(problems.length > 0 ? ["", ...shown, ...more] : []),
  ];
}

function leasesWords({ leases, problems }: BlastRadius): string {
  const count = `${leases} live lease${leases === 1 ? "" : "s"}`;
  if (problems.length === 0) return `${count} on what it touches`;
  return leases === 0 ? "live leases not known" : `${count} at least on what it touches`;
}

/** What fits, and how much of it. */
class Page {
  /** By section, how much of each of its findings is shown; those behind are left out. */
  private readonly shown = new Map<Section, { detail: Detail; text: string }[]>();
  private room: number;

  constructor(
    private readonly sections: readonly Section[],
    private readonly head: readonly string[],
    limit: number,
  ) {
    // Each section's heading and its note of what is left out, and the note of it all.
    const frame = this.sections.length * 300 + 600;
    this.room = limit - this.head.join("\n").length - frame;
  }

  /** Shows so much of a section's findings, as many as there is room for. */
  show(section: Section, detail: Detail): void {
    const shown = this.shown.get(section) ?? [];
    this.shown.set(section, shown);
    for (const [at, finding] of section.findings.entries()) {
      const known = shown[at];
      // Findings are shown in their order, without gaps.
      if (known === undefined && at > shown.length) return;
      const text = findingLines(finding, detail).join("\n");
      const needed = text.length + 1 - (known === undefined ? 0 : known.text.length + 1);
      if (needed > this.room) {
        if (known === undefined) return;
        continue;
      }
      this.room -= needed;
      shown[at] = { detail, text };
    }
  }

  render(whole: string): string {
    const left = this.sections.reduce((sum, section) => sum + this.leftLines(section), 0);
    const note =
      left === 0
        ? []
        : ["", `${left} line${left === 1 ? " is" : "s are"} left out here for want of room: ${whole} has the whole.`];
    return [...this.head, ...note, ...this.sections.flatMap((section) => this.sectionLines(section)), ""].join("\n");
  }

  private sectionLines(section: Section): string[] {
    const { title, isOpen, findings } = section;
    const shown = this.shown.get(section) ?? [];
    const missing = findings.length - shown.length;
    const more = missing > 0 ? [`- ${shown.length > 0 ? "and " : ""}${missing} more, left out here`] : [];
    const body = [...shown.map(({ text }) => text), ...more];
    const heading = `${title} (${findings.length})`;
    return isOpen
      ? ["", `### ${heading}`, "", ...body]
      : ["", `<details><summary>${heading}</summary>`, "", ...body, "", "</details>"];
  }

  private leftLines(section: Section): number {
    const shown = this.shown.get(section) ?? [];
    return section.findings.reduce((sum, finding, at) => {
      const known = shown[at];
      return sum + wholeLines(finding) - (known === undefined ? 0 : shownLines(finding, known.detail));
    }, 0);
  }
}
