import { nearest } from "../core/nearest";
import type { Rule } from "../core/rule";
import type { Tier } from "../core/tier";
import { byNamespace } from "./declaration";
import type { Declaration, Guardrail, GuardrailFinding } from "./guardrail";
import type { GuardrailReport, ReportedFinding } from "./report";
import { expiredWaiver, unknownGuardrail, unusedWaiver } from "./waiver-rules";

/** Overrules a guardrail for one construct. */
export interface GuardrailWaiver {
  readonly rule: string;
  /** Path of the construct without the stack's name. */
  readonly construct: string;
  readonly reason: string;
  /** The last day on which it counts, `2027-01-31`. @default it does not expire */
  readonly until?: string | undefined;
}

export interface JudgeOptions {
  readonly environment: string;
  readonly tier: Tier;
  readonly waivers: readonly GuardrailWaiver[];
  /** `2026-01-31`, by which waivers expire. */
  readonly today: string;
}

/** Holds all that a stack declares against guardrails. */
export function judge(
  declaration: Declaration,
  guardrails: readonly Guardrail[],
  { environment, tier, waivers, today }: JudgeOptions,
): GuardrailReport {
  const waiverOf = new Map(waivers.map((waiver) => [keyOf(waiver), waiver]));
  const used = new Set<string>();
  const parts = byNamespace(declaration);
  const found = guardrails.flatMap((guardrail) =>
    (guardrail.acrossNamespaces === true ? [declaration] : parts)
      .flatMap((part) => guardrail.check(part))
      .map((finding) => {
        const waiver = waiverOf.get(keyOf({ rule: guardrail.id, construct: finding.resource.construct }));
        if (waiver !== undefined) used.add(keyOf(waiver));
        return reported(guardrail, finding, tier, waiver !== undefined && isPast(waiver, today) ? undefined : waiver);
      }),
  );
  const known = guardrails.map(({ id }) => id);
  const wrong = waivers.flatMap((waiver) => wrongWaiver(waiver, known, used.has(keyOf(waiver)), { tier, today }));
  return { version: 1, environment, tier, today, findings: [...found, ...wrong].sort(byWeight) };
}

function keyOf({ rule, construct }: Pick<GuardrailWaiver, "rule" | "construct">): string {
  return `${rule} ${construct}`;
}

function isPast({ until }: GuardrailWaiver, today: string): boolean {
  return until !== undefined && until < today;
}

function reported(
  guardrail: Guardrail,
  { resource, problem, remedy, waived }: GuardrailFinding,
  tier: Tier,
  waiver: GuardrailWaiver | undefined,
): ReportedFinding {
  const own = waived ?? resource.acknowledged[guardrail.id];
  return {
    id: guardrail.id,
    title: guardrail.title,
    severity: guardrail.severity[tier],
    construct: resource.construct,
    address: resource.address,
    problem,
    remedy: remedy ?? guardrail.remedy,
    ...(own !== undefined
      ? { waived: { reason: own, by: "code" } }
      : waiver !== undefined
        ? { waived: { reason: waiver.reason, by: "environment", until: waiver.until } }
        : {}),
  };
}

/** What is wrong with a waiver. A waiver that is wrong hides what it was not meant to hide, or will. */
function wrongWaiver(
  { rule, construct, until }: GuardrailWaiver,
  known: readonly string[],
  isUsed: boolean,
  { tier, today }: Pick<JudgeOptions, "tier" | "today">,
): ReportedFinding[] {
  const about = ({ id, title, severity, ...broken }: Rule, problem: string, remedy = broken.remedy) => [
    { id, title, severity: severity[tier], construct, problem, remedy },
  ];
  if (!known.includes(rule)) {
    const meant = nearest(rule, known);
    const remedy = meant === undefined ? undefined : `did you mean ${meant}?`;
    return about(unknownGuardrail, `a waiver names ${rule}, which is no guardrail`, remedy);
  }
  if (!isUsed) return about(unusedWaiver, `a waiver names ${rule}, which has nothing against ${construct}`);
  if (until === undefined || until >= today) return [];
  return about(expiredWaiver, `the waiver of ${rule} counted until ${until}, and today is ${today}`);
}

function byWeight(a: ReportedFinding, b: ReportedFinding): number {
  if (a.severity !== b.severity) return a.severity === "error" ? -1 : 1;
  return compare(a.id, b.id) || compare(a.construct, b.construct);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
