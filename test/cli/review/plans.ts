import type { Action, Attributes, PlannedResource, ResourceChange, ReviewedPlan } from "../../../cli/review/plan";

interface Sides {
  readonly address: string;
  readonly before?: Attributes | undefined;
  readonly after?: Attributes | undefined;
  readonly unknown?: readonly string[];
}

/** A change of a resource of the type that its address begins with. */
export function change({ address, before, after, unknown = [] }: Sides): ResourceChange {
  const action: Action = before === undefined ? "create" : after === undefined ? "delete" : "update";
  return { address, type: typeOf(address), action, before, after, unknown, sensitive: [], replacedFor: [] };
}

/** A resource that stays as it is. */
export function staying(address: string, attributes: Attributes): PlannedResource {
  return { address, type: typeOf(address), attributes };
}

/** A plan with the changes, and the resources that stay as they are. */
export function plan(changes: readonly ResourceChange[], stays: readonly PlannedResource[] = []): ReviewedPlan {
  return {
    formatVersion: "1.2",
    terraformVersion: "1.11.4",
    changes,
    drift: [],
    resources: [
      ...stays,
      ...changes.flatMap(({ address, type, after }) =>
        after === undefined ? [] : [{ address, type, attributes: after }],
      ),
    ],
  };
}

function typeOf(address: string): string {
  return address.split(".")[0] ?? address;
}
