import type { ResourceChange } from "../review/plan";

/** How many resources of each kind; a replaced one is both added and destroyed, as Terraform counts. */
export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
}

export function countsOf(changes: readonly Pick<ResourceChange, "action">[]): Counts {
  const count = (...actions: readonly string[]) => changes.filter(({ action }) => actions.includes(action)).length;
  return { added: count("create", "replace"), changed: count("update"), destroyed: count("delete", "replace") };
}

/** Actions that Terraform reports one by one. */
export function actionsOf({ added, changed, destroyed }: Counts): number {
  return added + changed + destroyed;
}

export function countsText({ added, changed, destroyed }: Counts): string {
  return `${added} to add, ${changed} to change, ${destroyed} to destroy`;
}
