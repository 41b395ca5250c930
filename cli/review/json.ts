import type { BlastRadius } from "./blast-radius";
import { type ReviewFinding, type RiskClass, riskClasses } from "./finding";
import type { RenderedReview } from "./markdown";

/** A review as programs read it. The plan's attributes are not in it. */
export interface JsonReview {
  /** Of this form; a change that breaks readers raises it. */
  readonly version: 1;
  /** The gravest class, undefined where nothing was found. */
  readonly risk?: RiskClass;
  readonly counts: Readonly<Record<RiskClass, number>>;
  /** The gravest first. */
  readonly findings: readonly ReviewFinding[];
  /** What somebody has allowed, which does not count. */
  readonly allowed: readonly { readonly finding: ReviewFinding; readonly label: string }[];
  readonly drift: readonly { readonly address: string; readonly action: string }[];
  readonly blastRadius?: BlastRadius;
}

/** The whole review as JSON, nothing left out. */
export function renderJson({ findings, allowed = [], drift = [], blastRadius }: RenderedReview): string {
  const sorted = riskClasses.flatMap((risk) => findings.filter((finding) => finding.risk === risk));
  const counts = Object.fromEntries(
    riskClasses.map((risk) => [risk, sorted.filter((finding) => finding.risk === risk).length]),
  ) as Record<RiskClass, number>;
  const [gravest] = sorted;
  const review: JsonReview = {
    version: 1,
    ...(gravest === undefined ? {} : { risk: gravest.risk }),
    counts,
    findings: sorted,
    allowed,
    drift: drift.map(({ address, action }) => ({ address, action })),
    ...(blastRadius === undefined ? {} : { blastRadius }),
  };
  return JSON.stringify(review, undefined, 2);
}
