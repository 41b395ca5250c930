import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../cli/context";
import type { ResourceChange } from "../../../cli/review/plan";
import { reviewRules } from "../../../cli/review/rules";
import { change, plan } from "./plans";

export const update = (
  address: string,
  before: object,
  after: object,
  unknown: readonly string[] = [],
): ResourceChange => change({ address, before: { ...before }, after: { ...after }, unknown });
export const create = (address: string, after: object): ResourceChange => change({ address, after: { ...after } });
export const remove = (address: string, before: object): ResourceChange => change({ address, before: { ...before } });
export const replace = (address: string, before: object, after: object, ...replacedFor: string[]): ResourceChange => ({
  ...update(address, before, after),
  action: "replace",
  replacedFor,
});

/** The rows of the table of rules in docs/review.md, by the rule. */
export const documented = new Map(
  [...readFileSync(join(projectRoot, "docs", "review.md"), "utf8").matchAll(/^\| `([a-z-]+)` .*$/gm)].map(
    ([row, id = ""]) => [id, row],
  ),
);

/** What the rule of that id says of a change. */
export function said(id: string, ...changes: readonly ResourceChange[]): string[] {
  const rule = reviewRules.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return rule.check(plan(changes)).map(({ risk, what, rule: its }) => {
    expect(its).toBe(id);
    expect(documented.get(id)).toContain(risk);
    return `${risk}: ${what}`;
  });
}
