import type { PolicyRequest } from "../evaluator/evaluator";
import { isUnconditional, type PolicyRule } from "../language/policy-rule";
import type { AccessSide } from "./access-side";
import { constraintWords, orList, wrappingWords } from "./constraint-words";
import { otherParameter, type RequestDetails, RequestSamples, type ValueSample } from "./request-samples";

export type ChangeKind = "gains" | "loses";

/** What came or went of one capability on one path. */
export interface CapabilityChange {
  readonly kind: ChangeKind;
  readonly capability: PolicyRequest["capability"];
  /** How far it came or went, such as `with any ttl`; empty for the whole of it. */
  readonly extent: string;
  /** A request that one side allows and the other refuses. */
  readonly witness: PolicyRequest;
}

type Asked = Pick<PolicyRequest, "path" | "capability">;

/** A way to vary a request. */
type Variation = (details: RequestDetails) => RequestDetails;

/** What came and went of a capability on a path between two sides. */
export function capabilityChanges(before: AccessSide, after: AccessSide, asked: Asked): CapabilityChange[] {
  const old = { access: before, rules: before.rulesOn(asked.path, asked.capability) };
  const now = { access: after, rules: after.rulesOn(asked.path, asked.capability) };
  const rules = [...old.rules, ...now.rules];
  const concerns = rules.some(({ capabilities }) => capabilities.includes(asked.capability));
  if (!concerns) return [];
  if (rules.every(isUnconditional)) return wholeChange(before, after, asked);
  if (saySame(old.rules, now.rules)) return [];
  const samples = new RequestSamples(rules);
  return [
    ...changes({ kind: "gains", less: old, more: now, asked, samples }),
    ...changes({ kind: "loses", less: now, more: old, asked, samples }),
  ];
}

/** What came or went under rules that demand nothing of a request, as nearly all do: all of it, or nothing. */
function wholeChange(before: AccessSide, after: AccessSide, asked: Asked): CapabilityChange[] {
  const witness: PolicyRequest = { ...asked, parameters: {}, wrapTtl: undefined };
  const isAllowed = after.allows(witness);
  if (before.allows(witness) === isAllowed) return [];
  return [{ kind: isAllowed ? "gains" : "loses", capability: asked.capability, extent: "", witness }];
}

function saySame(a: readonly PolicyRule[], b: readonly PolicyRule[]): boolean {
  return a.length === b.length && (a.every((rule, at) => rule === b[at]) || meaningOf(a) === meaningOf(b));
}

/** The same for rules that say the same. */
function meaningOf(rules: readonly PolicyRule[]): string {
  return JSON.stringify(
    rules.map((rule) => [
      rule.capabilities,
      rule.allowedParameters,
      rule.deniedParameters,
      rule.requiredParameters,
      rule.minWrappingTtl,
      rule.maxWrappingTtl,
    ]),
  );
}

interface ComparedSide {
  readonly access: AccessSide;
  /** What decides on what is asked. */
  readonly rules: readonly PolicyRule[];
}

interface Comparison {
  readonly kind: ChangeKind;
  readonly less: ComparedSide;
  readonly more: ComparedSide;
  readonly asked: Asked;
  readonly samples: RequestSamples;
}

/** What one side allows and the other does not. */
function changes(comparison: Comparison): CapabilityChange[] {
  const { less, more } = comparison;
  const moreBase = leastOf(more, comparison);
  if (moreBase === undefined) return [];
  const lessBase = leastOf(less, comparison);
  if (lessBase !== undefined) return furtherChanges(comparison, lessBase, moreBase);
  return [changeOf(comparison, constraintWords(more.rules).join(", "), moreBase)];
}

/** The least that one side allows of what is asked. */
function leastOf({ access, rules }: ComparedSide, { asked, samples }: Comparison): RequestDetails | undefined {
  return samples.leastOf(rules, (details) => access.allows({ ...asked, ...details }));
}

function changeOf({ kind, asked }: Comparison, extent: string, details: RequestDetails): CapabilityChange {
  return { kind, capability: asked.capability, extent, witness: { ...asked, ...details } };
}

/** What one side allows beyond the other, where both allow something. */
function furtherChanges(
  comparison: Comparison,
  lessBase: RequestDetails,
  moreBase: RequestDetails,
): CapabilityChange[] {
  const { less, more, asked, samples } = comparison;
  const isAllowed = (vary: Variation) => more.access.allows({ ...asked, ...vary(moreBase) });
  const isNew = (vary: Variation) => isAllowed(vary) && !less.access.allows({ ...asked, ...vary(lessBase) });
  const byParameter = samples.parameters.flatMap((name) => {
    const values = samples.of(name);
    const won = values.filter(({ value }) => isNew(withParameter(name, value)));
    const refused = values.filter(({ value }) => !isAllowed(withParameter(name, value)));
    return won
      .slice(0, 1)
      .map(({ value }) =>
        changeOf(comparison, parameterWords(name, won, refused), withParameter(name, value)(moreBase)),
      );
  });
  const byAbsence = samples.required
    .filter((name) => isNew(withoutParameter(name)))
    .map((name) => changeOf(comparison, `without ${name}`, withoutParameter(name)(moreBase)));
  const wrapped = samples.wrappings.filter((wrapTtl) => isNew((details) => ({ ...details, wrapTtl })));
  const byWrapping = wrapped
    .slice(0, 1)
    .map((wrapTtl) =>
      changeOf(comparison, `with the answer ${wrappingWords(wrapped, more.rules)}`, { ...moreBase, wrapTtl }),
    );
  return [...byParameter, ...byAbsence, ...byWrapping];
}

function withParameter(name: string, value: ValueSample["value"]): Variation {
  return (details) => ({ ...details, parameters: { ...details.parameters, [name]: value } });
}

function withoutParameter(name: string): Variation {
  return (details) => ({
    ...details,
    parameters: Object.fromEntries(Object.entries(details.parameters).filter(([each]) => each !== name)),
  });
}

function parameterWords(name: string, won: readonly ValueSample[], refused: readonly ValueSample[]): string {
  if (name === otherParameter) return "with other parameters";
  const [wonWritten, refusedWritten] = [won, refused].map((samples) => samples.flatMap(({ written }) => written ?? []));
  if (!won.some(({ written }) => written === undefined)) return `with ${name} ${orList(wonWritten ?? [])}`;
  const but = (refusedWritten ?? []).length > 0 ? ` but ${orList(refusedWritten ?? [])}` : "";
  return `with any ${name}${but}`;
}
