import type { PolicyServer } from "../../policies/evaluator/policy-server";
import { type Allowance, allows } from "./allowance";
import { type BlastRadius, blastRadius, withLeases } from "./blast-radius";
import { type ReviewFinding, type RiskClass, riskClasses } from "./finding";
import type { ResourceChange, ReviewedPlan } from "./plan";
import { type NamespacePlan, plansByNamespace } from "./plan-namespaces";
import { policyFindings } from "./policy-words";
import { reviewRules } from "./rules";
import { changedBeside } from "./rules/changed-beside";
import { routineFinding } from "./rules/routine";

/** What a review says of a plan. */
export interface Review {
  /** What counts, the gravest first, each class in the plan's order. */
  readonly findings: readonly ReviewFinding[];
  /** What somebody has allowed: it shows, and does not count. */
  readonly allowed: readonly AllowedFinding[];
  /** Allowances that allowed nothing. */
  readonly unused: readonly string[];
  readonly counts: Readonly<Record<RiskClass, number>>;
  /** The gravest class that counts; undefined where nothing changes. */
  readonly risk: RiskClass | undefined;
  readonly drift: readonly Pick<ResourceChange, "address" | "action">[];
  /** Undefined where the plan touches nothing that leases hang on. */
  readonly blastRadius: BlastRadius | undefined;
}

export interface AllowedFinding {
  readonly finding: ReviewFinding;
  /** What allows it. */
  readonly label: string;
}

export interface ReviewOptions {
  /** @default nothing is */
  readonly allow?: readonly Allowance[] | undefined;
  /** Where live leases are counted. @default they are not */
  readonly vault?: Parameters<typeof blastRadius>[1];
  /** Whose rules for policies count. @default "vault" */
  readonly server?: PolicyServer | undefined;
}

/** Judges a plan. What it needs of a server is to count leases, and it says so where it could not. */
export async function reviewPlan(plan: ReviewedPlan, options: ReviewOptions = {}): Promise<Review> {
  const { allow = [], vault, server } = options;
  const [parts, radius] = await Promise.all([
    Promise.all(plansByNamespace(plan).map((part) => findingsOf(part, server))),
    blastRadius(plan, vault),
  ]);
  const found = parts.flat();
  // What somebody changed beside Terraform says nothing of what the plan does.
  const addresses = new Set(found.filter(({ rule }) => rule !== changedBeside.id).map(({ address }) => address));
  const routine = plan.changes
    .filter(({ action, address }) => action !== "read" && !addresses.has(address))
    .map(routineFinding);
  const sorted = sortedByRisk(withLeases([...found, ...routine], radius), plan);
  const judged = sorted.map((finding) => ({ finding, by: allow.find((each) => allows(each, finding)) }));
  const findings = judged.filter(({ by }) => by === undefined).map(({ finding }) => finding);
  const used = new Set(judged.map(({ by }) => by));
  return {
    findings,
    allowed: judged.flatMap(({ finding, by }) => (by === undefined ? [] : [{ finding, label: by.label }])),
    unused: allow.filter((each) => !used.has(each)).map(({ label }) => label),
    counts: countsOf(findings),
    risk: findings[0]?.risk,
    drift: plan.drift.map(({ address, action }) => ({ address, action })),
    blastRadius: radius.touched.length === 0 ? undefined : radius,
  };
}

/** What is against one namespace's part of a plan: names and paths are those of one namespace. */
async function findingsOf(
  { namespace, plan }: NamespacePlan,
  server: PolicyServer | undefined,
): Promise<ReviewFinding[]> {
  const found = [...reviewRules.flatMap((rule) => rule.check(plan)), ...(await policyFindings(plan, { server }))];
  return namespace === undefined
    ? found
    : found.map((finding) => ({ ...finding, what: `in namespace ${namespace}: ${finding.what}` }));
}

function sortedByRisk(findings: readonly ReviewFinding[], { changes }: ReviewedPlan): ReviewFinding[] {
  const places = new Map(changes.map(({ address }, place) => [address, place]));
  const place = ({ address }: ReviewFinding) => places.get(address) ?? changes.length;
  return riskClasses.flatMap((risk) =>
    findings.filter((finding) => finding.risk === risk).sort((a, b) => place(a) - place(b)),
  );
}

function countsOf(findings: readonly ReviewFinding[]): Record<RiskClass, number> {
  const counts: Record<RiskClass, number> = { blocked: 0, dangerous: 0, careful: 0, routine: 0 };
  for (const { risk } of findings) counts[risk] += 1;
  return counts;
}
