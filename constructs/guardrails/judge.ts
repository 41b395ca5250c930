import { nearest } from "../core/nearest";
import type { Tier } from "../core/tier";
import type { Declaration, Guardrail, GuardrailFinding } from "./guardrail";
import type { GuardrailReport, ReportedFinding } from "./report";

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
  const found = guardrails.flatMap((guardrail) =>
    guardrail.check(declaration).map((finding) => {
      const waiver = waiverOf.get(keyOf({ rule: guardrail.id, construct: finding.resource.construct }));
      if (waiver !== undefined) used.add(keyOf(waiver));
      return reported(guardrail, finding, tier, waiver !== undefined && isPast(waiver, today) ? undefined : waiver);
    }),
  );
  const known = guardrails.map(({ id }) => id);
  const wrong = waivers.flatMap((waiver) => wrongWaiver(waiver, known, used.has(keyOf(waiver)), today));
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
  today: string,
): ReportedFinding[] {
  const about = { severity: "error", construct } as const;
  if (!known.includes(rule)) {
    const meant = nearest(rule, known);
    return [
      {
        ...about,
        id: "LH-WVR-001",
        title: "a waiver names a guardrail",
        problem: `a waiver names ${rule}, which is no guardrail`,
        remedy: meant === undefined ? "name the id that a finding shows" : `did you mean ${meant}?`,
      },
    ];
  }
  if (!isUsed) {
    return [
      {
        ...about,
        id: "LH-WVR-002",
        title: "a waiver overrules something",
        problem: `a waiver names ${rule}, which has nothing against ${construct}`,
        remedy: "take the waiver out, or mend the construct's path",
      },
    ];
  }
  if (until === undefined || until >= today) return [];
  return [
    {
      ...about,
      id: "LH-WVR-003",
      title: "a waiver has not expired",
      problem: `the waiver of ${rule} counted until ${until}, and today is ${today}`,
      remedy: "do what the guardrail asks for, or give the waiver another day in `until`",
    },
  ];
}

function byWeight(a: ReportedFinding, b: ReportedFinding): number {
  if (a.severity !== b.severity) return a.severity === "error" ? -1 : 1;
  return compare(a.id, b.id) || compare(a.construct, b.construct);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
