import type { Capability } from "../policies/language/capability";
import { Evaluator, type NamedPolicy, type PolicyRequest } from "../policies/evaluator/evaluator";
import { PolicyDocument } from "../policies/language/policy-document";
import type { PolicyRule } from "../policies/language/policy-rule";

/**
 * How many decisions a second the evaluator makes, against one that looks at every rule for every question; and how many documents
 * of 1,000 rules are rendered a second, against `JSON.stringify` of the same rules.
 *
 * The two sides take turns within a run; `ratio` is the median of the turns' ratios. One line of JSON for each size.
 * Usage: node --import tsx bench/policies.ts [rules ...]
 */

const turns = 9;
/** Milliseconds that one side works in a turn. */
const turnMs = 150;
const renderedRules = 1_000;

type Question = Pick<PolicyRequest, "path" | "capability">;

/** Rules as databases of many teams have them: exact paths, `*` at the end, and `+` in between. */
function rulesOf(count: number): PolicyRule[] {
  const capabilities: readonly (readonly Capability[])[] = [["read"], ["read", "list"], ["create", "update"], ["deny"]];
  return Array.from({ length: count }, (_, at) => ({
    path: [
      `database/creds/team${at}-readonly`,
      `secret/data/team${at}/*`,
      `secret/metadata/+/app${at}`,
      `transit/encrypt/team${at}-*`,
      `kv/+/team${at}/+/*`,
    ][at % 5] as string,
    capabilities: capabilities[at % 4] ?? [],
    reason: `what team ${at} needs`,
  }));
}

/** Half of them hit a rule. */
function questionsFor(rules: readonly PolicyRule[]): Question[] {
  return rules.flatMap(({ path }) => {
    const hit = path.replaceAll("+", "some").replace("*", "deep/key");
    return [hit, `${hit.slice(0, -4)}else`].map((each) => ({ path: each, capability: "read" as const }));
  });
}

/** The same decision without an index: every rule is matched, and the matches are sorted. */
class LinearEvaluator {
  constructor(private readonly policies: readonly NamedPolicy[]) {}

  allows({ path, capability }: Question): boolean {
    const matching = this.policies.flatMap(({ rules }) => rules).filter((rule) => matches(rule.path, path));
    const [first] = matching.sort((a, b) => priorityOf(b.path) - priorityOf(a.path));
    const deciding = matching.filter((rule) => rule.path === first?.path).flatMap((rule) => rule.capabilities);
    return deciding.includes(capability) && !deciding.includes("deny");
  }
}

function matches(pattern: string, path: string): boolean {
  const open = pattern.endsWith("*");
  const [wanted, given] = [(open ? pattern.slice(0, -1) : pattern).split("/"), path.split("/")];
  if (open ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every(
    (segment, at) =>
      segment === "+" ||
      segment === given[at] ||
      (open && at === wanted.length - 1 && (given[at] ?? "").startsWith(segment)),
  );
}

/** Enough for rules that never tie. */
function priorityOf(pattern: string): number {
  const wildcard = pattern.search(/[+*]/);
  return wildcard < 0 ? Infinity : wildcard;
}

/** Rounds a second of `work`, which returns how many rounds it did. */
function rate(work: () => number): number {
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < turnMs) done += work();
  return (done / (performance.now() - start)) * 1000;
}

/** Medians of both sides' rates, and of their ratio. */
function compare(
  leasehold: () => number,
  peer: () => number,
): Readonly<Record<"leasehold" | "peer" | "ratio", number>> {
  const pairs = Array.from({ length: turns }, (_, turn) => {
    const first = turn % 2 === 0;
    const [a, b] = first ? [rate(leasehold), rate(peer)] : [rate(peer), rate(leasehold)];
    return first ? { leasehold: a, peer: b } : { leasehold: b, peer: a };
  });
  return {
    leasehold: Math.round(median(pairs.map((pair) => pair.leasehold))),
    peer: Math.round(median(pairs.map((pair) => pair.peer))),
    ratio: Number(median(pairs.map((pair) => pair.leasehold / pair.peer)).toFixed(2)),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function decisions(count: number): object {
  const policies = [{ name: "bench", rules: rulesOf(count) }];
  const questions = questionsFor(policies.flatMap(({ rules }) => rules));
  const [evaluator, linear] = [new Evaluator(policies), new LinearEvaluator(policies)];
  // Both sides must do the same work, or the comparison means nothing.
  const allowed = questions.filter((question) => evaluator.decide(question).allowed);
  const linearly = questions.filter((question) => linear.allows(question));
  if (allowed.length === 0 || allowed.some((question, at) => question !== linearly[at])) {
    throw new Error(`the sides differ with ${count} rules`);
  }
  // A few questions at a time, so that a slow side ends its turn in time.
  let [mine, its] = [0, 0];
  const next = (at: number) => questions[at % questions.length] as Question;
  return {
    bench: "policies",
    rules: count,
    unit: "decisions/s",
    ...compare(
      () => {
        for (let each = 0; each < 100; each++) evaluator.decide(next(mine++));
        return 100;
      },
      () => {
        for (let each = 0; each < 10; each++) linear.allows(next(its++));
        return 10;
      },
    ),
  };
}

function rendering(): object {
  const rules = rulesOf(renderedRules);
  const document = new PolicyDocument(rules);
  let characters = 0;
  const result = compare(
    () => {
      characters += document.toHcl().length;
      return 1;
    },
    () => {
      characters += JSON.stringify(rules).length;
      return 1;
    },
  );
  if (characters === 0) throw new Error("nothing was rendered");
  return { bench: "policies", rules: renderedRules, unit: "documents/s", ...result };
}

const chosen = process.argv.slice(2).map(Number);
for (const count of chosen.length > 0 ? chosen : [10, 100, 1_000]) {
  process.stdout.write(`${JSON.stringify(decisions(count))}\n`);
}
process.stdout.write(`${JSON.stringify(rendering())}\n`);
