import { pathOf } from "./attributes";
import type { Attributes, ResourceChange, ReviewedPlan } from "./plan";

/** What a plan says of one namespace. */
export interface NamespacePlan {
  /** Path of the namespace, from the provider's own on; undefined for what lies in that. */
  readonly namespace: string | undefined;
  readonly plan: ReviewedPlan;
}

/**
 * A plan, namespace by namespace: what lies in one of them is told apart by paths and names that another one may have too. What
 * moves from one namespace to another is destroyed in the first and created in the second.
 */
export function plansByNamespace(plan: ReviewedPlan): NamespacePlan[] {
  const parts = new Map<string | undefined, { [K in "changes" | "drift" | "resources"]: ReviewedPlan[K][number][] }>();
  const part = (namespace: string | undefined) => {
    const known = parts.get(namespace) ?? { changes: [], drift: [], resources: [] };
    parts.set(namespace, known);
    return known;
  };
  part(undefined); // the first, and there also where nothing is
  for (const change of plan.changes) {
    for (const [namespace, its] of placesOf(change)) part(namespace).changes.push(its);
  }
  for (const change of plan.drift) part(namespaceOf(change.before ?? change.after)).drift.push(change);
  for (const resource of plan.resources) part(namespaceOf(resource.attributes)).resources.push(resource);
  if (parts.size === 1) return [{ namespace: undefined, plan }];
  return [...parts].map(([namespace, its]) => ({ namespace, plan: { ...plan, ...its } }));
}

function placesOf(change: ResourceChange): (readonly [string | undefined, ResourceChange])[] {
  const { before, after } = change;
  const [from, to] = [namespaceOf(before ?? after), namespaceOf(after ?? before)];
  if (from === to) return [[from, change]];
  return [
    [from, { ...change, action: "delete", after: undefined, unknown: [] }],
    [to, { ...change, action: "create", before: undefined, replacedFor: [] }],
  ];
}

/** The namespace that a resource lies in; of a `vault_namespace` the one that it is nested in. */
export function namespaceOf(attributes: Attributes | undefined): string | undefined {
  return pathOf(attributes, "namespace");
}
