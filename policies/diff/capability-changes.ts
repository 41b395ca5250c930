import type { PolicyRequest } from "../evaluator/evaluator";
import type { PolicyRule } from "../language/policy-rule";
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
  const [old, now] = [before, after].map((side) => side.rulesOn(asked.path, asked.capability));
  const rules = [...(old ?? []), ...(now ?? [])];
  const concerns = rules.some(({ capabilities }) => capabilities.includes(asked.capability));
  if (!concerns || meaningOf(old) === meaningOf(now)) return [];
  const samples = new RequestSamples(rules);
  return [
    ...changes({ kind: "gains", less: before, more: after, asked, samples }),
    ...changes({ kind: "loses", less: after, more: before, asked, samples }),
  ];
}

/** The same for rules that say the same. */
function meaningOf(rules: readonly PolicyRule[] | undefined): string {
  return JSON.stringify(
    rules?.map((rule) => [
      rule.capabilities,
      rule.allowedParameters,
      rule.deniedParameters,
      rule.requiredParameters,
      rule.minWrappingTtl,
      rule.maxWrappingTtl,
    ]),
  );
}

interface Comparison {
  readonly kind: ChangeKind;
  readonly less: AccessSide;
  readonly more: AccessSide;
  readonly asked: Asked;
  readonly samples: RequestSamples;
}

/** What one side allows and the other does not. */
function changes({ kind, less, more, asked, samples }: Comparison): CapabilityChange[] {
  const allows = (side: AccessSide) => (details: RequestDetails) => side.allows({ ...asked, ...details });
  const rulesOf = (side: AccessSide) => side.rulesOn(asked.path, asked.capability);
  const [lessBase, moreBase] = [less, more].map((side) => samples.leastOf(rulesOf(side), allows(side)));
  if (moreBase === undefined) return [];
  const change = (extent: string, details: RequestDetails): CapabilityChange => ({
    kind,
    capability: asked.capability,
    extent,
    witness: { ...asked, ...details },
  });
  const rules = rulesOf(more);
  if (lessBase === undefined) return [change(constraintWords(rules).join(", "), moreBase)];

  const isAllowed = (vary: Variation) => allows(more)(vary(moreBase));
  const isNew = (vary: Variation) => isAllowed(vary) && !allows(less)(vary(lessBase));
  const byParameter = samples.parameters.flatMap((name) => {
    const values = samples.of(name);
    const won = values.filter(({ value }) => isNew(withParameter(name, value)));
    const refused = values.filter(({ value }) => !isAllowed(withParameter(name, value)));
    return won
      .slice(0, 1)
      .map(({ value }) => change(parameterWords(name, won, refused), withParameter(name, value)(moreBase)));
  });
  const byAbsence = samples.required
    .filter((name) => isNew(withoutParameter(name)))
    .map((name) => change(`without ${name}`, withoutParameter(name)(moreBase)));
  const wrapped = samples.wrappings.filter((wrapTtl) => isNew((details) => ({ ...details, wrapTtl })));
  const byWrapping = wrapped
    .slice(0, 1)
    .map((wrapTtl) => change(`with the answer ${wrappingWords(wrapped, rules)}`, { ...moreBase, wrapTtl }));
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
