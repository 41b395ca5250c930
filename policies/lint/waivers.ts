import { LeaseholdError } from "../../constructs/core/errors";
import { nearest } from "../../constructs/core/nearest";
import type { LocatedRule } from "../parser/rule-reader";
import { type Judgement, policyRules } from "./policy-rules";

/** A comment above a rule that says why a guardrail does not count for it: `# leasehold:allow LH-POL-006 CI deploys policies`. */
export interface Waiver {
  readonly id: string;
  readonly reason: string;
  /** Line of the comment, from 1. */
  readonly line: number;
  readonly rule: LocatedRule;
}

const comment = /^\s*(?:#|\/\/)/;
const allow = /^\s*(?:#|\/\/)\s*leasehold:allow\b\s*(\S*)\s*(.*?)\s*$/;

/**
 * The waivers in the text of a policy in HCL.
 *
 * @throws LeaseholdError at its line when one names no guardrail, has no reason, or stands above no rule.
 */
export function readWaivers(file: string, text: string, rules: readonly LocatedRule[]): Waiver[] {
  const lines = text.split("\n");
  const ids = policyRules.map(({ id }) => id);
  return lines.flatMap((content, at) => {
    const [found, id = "", reason = ""] = allow.exec(content) ?? [];
    if (found === undefined) return [];
    const where = `${file}:${at + 1}`;
    if (!ids.includes(id)) {
      const meant = nearest(id, ids);
      throw new LeaseholdError(
        where,
        `leasehold:allow names ${id === "" ? "no guardrail" : `${id}, which is no guardrail`}`,
        meant === undefined ? `name one of ${ids.join(", ")}` : `did you mean ${meant}?`,
      );
    }
    if (reason === "") {
      throw new LeaseholdError(where, `leasehold:allow ${id} has no reason`, "say behind it why the rule may do so");
    }
    const below = lines.findIndex((each, line) => line > at && !comment.test(each));
    const rule = rules.find(({ line }) => line === below + 1);
    if (rule === undefined) {
      throw new LeaseholdError(where, `leasehold:allow ${id} stands above no rule`, "put it directly above one");
    }
    return [{ id, reason, line: at + 1, rule }];
  });
}

/** What is left against the rules of a policy, and what was waived. */
export interface Waived {
  readonly judgements: readonly Judgement[];
  readonly waived: readonly (Judgement & { readonly reason: string })[];
}

/**
 * Takes the waived from the judgements.
 *
 * @throws LeaseholdError at its line when a waiver waives nothing.
 */
export function applyWaivers(file: string, judgements: readonly Judgement[], waivers: readonly Waiver[]): Waived {
  const isFor = (waiver: Waiver, { id, rule }: Judgement) => waiver.id === id && waiver.rule === rule;
  const unused = waivers.find((waiver) => !judgements.some((each) => isFor(waiver, each)));
  if (unused !== undefined) {
    throw new LeaseholdError(
      `${file}:${unused.line}`,
      `leasehold:allow ${unused.id} waives nothing: the guardrail has nothing against the rule`,
      "remove the comment",
    );
  }
  const reasonOf = (judgement: Judgement) => waivers.find((waiver) => isFor(waiver, judgement))?.reason;
  return {
    judgements: judgements.filter((each) => reasonOf(each) === undefined),
    waived: judgements.flatMap((each) => {
      const reason = reasonOf(each);
      return reason === undefined ? [] : [{ ...each, reason }];
    }),
  };
}
