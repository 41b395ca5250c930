import { LeaseholdError } from "../../constructs/core/errors";
import type { AccessChange } from "../../policies/diff/diff-policies";
import type { PolicyServer } from "../../policies/evaluator/policy-server";
import { differenceOf, phraseOf, riskOf } from "./access-words";
import { type ReviewFinding, type RiskClass, riskClasses } from "./finding";
import type { ReviewedPlan } from "./plan";
import { PolicyComparison, readPolicies } from "./policy-comparison";
import { type PlannedPolicy, policiesOf, type PolicySubject, subjectsOf } from "./policy-subjects";

export interface PolicyFindingsOptions {
  /** Whose rules count. @default "vault" */
  readonly server?: PolicyServer | undefined;
}

/**
 * What each subject of a plan gains and loses: each policy by itself, and each login role, entity and group by all policies that
 * it holds together. Access counts, not how it is written.
 */
export async function policyFindings(
  plan: ReviewedPlan,
  { server = "vault" }: PolicyFindingsOptions = {},
): Promise<ReviewFinding[]> {
  const policies = policiesOf(plan);
  const changed = policies.filter(({ before, after, unknown }) => unknown || before !== after);
  const touched = new Set(changed.map(({ name }) => name));
  const subjects = subjectsOf(plan).filter(
    ({ changes, unknown, before, after, joined, left }) =>
      changes || unknown || joined.length + left.length > 0 || [...before, ...after].some((each) => touched.has(each)),
  );
  if (changed.length + subjects.length === 0) return [];
  const held = new Set(subjects.flatMap(({ before, after }) => [...before, ...after]));
  const read = await readPolicies(policies.filter(({ name }) => touched.has(name) || held.has(name)));
  const comparison = new PolicyComparison(read, server);
  return [
    ...changed.map((policy) => ofPolicy(policy, comparison)),
    ...subjects.flatMap((subject) => ofSubject(subject, comparison)),
  ];
}

function ofPolicy(
  { address, name, before, after, unknown }: PlannedPolicy,
  comparison: PolicyComparison,
): ReviewFinding {
  const [broken] = comparison.unreadable([name], "after");
  if (after !== undefined && broken !== undefined) return unreadable(address, name, broken);
  if (unknown) {
    return {
      rule: "policy-unknown",
      risk: "dangerous",
      address,
      what: `the text of policy ${name} is known after the apply only`,
      why: "nobody can judge access that nobody has seen",
      remedy: "apply first what its text depends on, such as the login method whose accessor it names, and plan again",
    };
  }
  const title = `policy ${name}`;
  const changes = comparison.of([name], [name]);
  if (changes instanceof LeaseholdError) return incomparable(address, title, changes);
  const [was] = comparison.unreadable([name], "before");
  const finding = found(address, title, changes);
  if (was !== undefined)
    return { ...finding, what: `${finding.what}, as far as can be said: ${was.where} ${was.problem}` };
  if (after !== undefined || before === undefined) return finding;
  return { ...finding, what: `${title} is removed: whoever holds it ${phraseOf(changes) || "loses nothing by that"}` };
}

function unreadable(address: string, name: string, { where, problem, remedy }: LeaseholdError): ReviewFinding {
  return {
    rule: "policy-unreadable",
    risk: "blocked",
    address,
    what: `policy ${name} can't be read: ${where} ${problem}`,
    why: "the server refuses it, or takes it for something else than what is written",
    remedy,
  };
}

function incomparable(address: string, title: string, { problem, remedy }: LeaseholdError): ReviewFinding {
  const refused = problem.includes("refuses");
  return {
    rule: refused ? "policy-refused" : "policy-incomparable",
    risk: refused ? "blocked" : "dangerous",
    address,
    what: refused ? `${title}: ${problem}` : `what ${title} gains and loses can't be worked out: ${problem}`,
    why: refused ? "whoever holds it may do nothing at all" : "nobody can judge access that nobody has seen",
    remedy,
  };
}

function ofSubject(subject: PolicySubject, comparison: PolicyComparison): ReviewFinding[] {
  const { address, title } = subject;
  const members = ofMembers(subject, comparison);
  const notes = notesOf(subject, comparison);
  const changes = comparison.of(comparison.settled(subject.before), comparison.settled(subject.after));
  if (changes instanceof LeaseholdError) return [incomparable(address, title, changes), ...members];
  if (changes.length === 0 && notes.length === 0) {
    // The findings of its policies tell of a text that changes in nothing but its spelling.
    return subject.changes ? [found(address, title, changes), ...members] : members;
  }
  return [{ ...found(address, title, changes), ...withNotes(title, changes, notes) }, ...members];
}

/** What of a finding is otherwise for the sake of notes. */
function withNotes(
  title: string,
  changes: readonly AccessChange[],
  notes: readonly Note[],
): Partial<ReviewFinding> | undefined {
  if (notes.length === 0) return undefined;
  const text = notes.map((note) => note.text).join("; it ");
  const risk = notes.reduce<RiskClass>((gravest, note) => graver(gravest, note.risk), riskOf(changes));
  if (changes.length > 0) return { risk, what: `${title} ${phraseOf(changes)}; it ${text}` };
  return {
    rule: "access-unknown",
    risk,
    what: `${title} ${text}`,
    why: "what it may do can't be told from the plan",
    remedy: "look at those policies on the server, or declare them here",
  };
}

interface Note {
  readonly text: string;
  readonly risk: RiskClass;
}

/** What can't be compared, said as such. */
function notesOf({ before, after, unknown }: PolicySubject, comparison: PolicyComparison): Note[] {
  const [gained, lost] = [comparison.foreign(after), comparison.foreign(before)];
  const came = gained.filter((name) => !before.includes(name));
  const went = lost.filter((name) => !after.includes(name));
  const later = comparison.unknown(after);
  const broken = comparison.unreadable(after, "after");
  return [
    ...came.map((name) => ({ text: `gets ${foreignWords(name)}`, risk: riskOfForeign(name) })),
    ...went.map((name) => ({ text: `loses ${foreignWords(name)}`, risk: "careful" as const })),
    ...(later.length > 0
      ? [{ text: `holds ${later.join(", ")}, known after the apply only`, risk: "dangerous" as const }]
      : []),
    ...(broken.length > 0 ? [{ text: "holds a policy that can't be read", risk: "blocked" as const }] : []),
    ...(unknown ? [{ text: "gets policies that are known after the apply only", risk: "dangerous" as const }] : []),
  ];
}

function foreignWords(name: string): string {
  if (name === "root") return "policy root, which allows everything";
  return name.includes("*")
    ? `any policy named ${name}, whatever those allow`
    : `policy ${name}, which the plan does not hold: what it allows can't be said`;
}

function riskOfForeign(name: string): RiskClass {
  return name === "default" ? "careful" : "dangerous";
}

/** Who joins a group gains what the group has, and the other way round. */
function ofMembers(
  { address, title, before, after, joined, left }: PolicySubject,
  comparison: PolicyComparison,
): ReviewFinding[] {
  const moved = [
    { who: joined, verb: "join", changes: () => comparison.of([], after) },
    { who: left, verb: "leave", changes: () => comparison.of(before, []) },
  ];
  return moved.flatMap(({ who, verb, changes: compare }) => {
    if (who.length === 0) return [];
    const changes = compare();
    const s = who.length === 1 ? "" : "s";
    const words = `${who.length} member${s} ${verb}${s === "" ? "s" : ""} ${title}`;
    if (changes instanceof LeaseholdError) return [incomparable(address, words, changes)];
    if (changes.length === 0) return [];
    return [
      {
        ...found(address, `${words} and each`, changes),
        what: `${words}: each ${phraseOf(changes)}`,
      },
    ];
  });
}

function found(address: string, title: string, changes: readonly AccessChange[]): ReviewFinding {
  const risk = riskOf(changes);
  if (changes.length === 0) {
    return {
      rule: "access-same",
      risk,
      address,
      what: `${title} has the same access, written otherwise`,
      why: "how it is written does not count",
      remedy: "nothing is to be done",
    };
  }
  const wider = changes.some(({ kind }) => kind === "gains");
  return {
    rule: wider ? "access-widened" : "access-narrowed",
    risk,
    address,
    what: `${title} ${phraseOf(changes)}`,
    why: wider
      ? risk === "dangerous"
        ? "it may write, or reach whatever is below a path, which it could not before"
        : "it may see what it could not before"
      : "what still asks for this is refused from then on",
    remedy: wider ? "see that it is meant, and no wider than its holder needs" : "see that nobody needs it any more",
    difference: differenceOf(changes),
  };
}

function graver(a: RiskClass, b: RiskClass): RiskClass {
  return riskClasses.indexOf(a) < riskClasses.indexOf(b) ? a : b;
}
