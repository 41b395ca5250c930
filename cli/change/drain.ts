import type { Allowance } from "../review/allowance";
import { connectionType, engineOf, isGone, isKept, pathOf, roleType, textOf } from "../review/attributes";
import type { Attributes, ResourceChange, ReviewedPlan } from "../review/plan";
import { plansByNamespace } from "../review/plan-namespaces";

/** Why leases must end before a change. */
export type DrainReason = "role-database" | "admin-user" | "connection-gone" | "mount-gone";

/** Leases that must end before a plan is applied: afterwards Vault could not revoke them, or would do so in the wrong database. */
export interface Drain {
  /** Terraform's address of what changes. */
  readonly address: string;
  readonly reason: DrainReason;
  /** Path of the namespace that the mount lies in. @default the environment's own */
  readonly namespace?: string;
  readonly mount: string;
  /** Names of the roles whose leases must end. @default every role of the mount */
  readonly roles?: readonly string[];
  /** Names of the connections that are closed to them meanwhile. */
  readonly connections: readonly string[];
}

/** Why that is, in a sentence without its full stop. */
export const drainReasons: Readonly<Record<DrainReason, string>> = {
  "role-database": "the role moves to another database, and Vault would drop its users there",
  "admin-user":
    "Vault gets another admin, which on PostgreSQL 16 and later can't drop the users that the present one made",
  "connection-gone": "the connection goes, and Vault drops users through it",
  "mount-gone": "the mount goes, and can't while a user of it can't be dropped",
};

/** The rules of the review that are answered by draining. A role that moves may stand in the plan as one that goes and one that comes. */
const answered: Readonly<Record<DrainReason, readonly string[]>> = {
  "role-database": ["role-database-changed", "destroyed"],
  "admin-user": ["admin-user-changed"],
  "connection-gone": ["connection-replaced"],
  "mount-gone": ["mount-replaced"],
};

/** What the review objects to, and what is right once it is drained; whatever else it says of the same changes counts on. */
export function allowancesOf(drains: readonly Drain[]): (Allowance & { readonly address: string })[] {
  return drains.flatMap(({ address, reason }) => answered[reason].map((rule) => ({ label: "drained", rule, address })));
}

/**
 * What must be drained before a plan is applied.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/lease
 * @see https://www.postgresql.org/docs/release/16.0/ (CREATEROLE lets an admin drop only what it made itself)
 */
export function drainsNeededBy(plan: ReviewedPlan): Drain[] {
  return plansByNamespace(plan).flatMap(({ namespace, plan: its }) =>
    its.changes
      .flatMap((change) => [
        ...drainOfMount(change, its),
        ...drainOfConnection(change, its),
        ...drainOfRole(change, its),
      ])
      .map((drain) => (namespace === undefined ? drain : { ...drain, namespace })),
  );
}

/** What there is of a type before the plan: leases were issued by that. */
function heldBefore({ changes, resources }: ReviewedPlan, type: string): Attributes[] {
  const changed = new Set(changes.map(({ address }) => address));
  return [
    ...changes.flatMap((change) => (change.type === type && change.before !== undefined ? [change.before] : [])),
    ...resources.filter((each) => each.type === type && !changed.has(each.address)).map(({ attributes }) => attributes),
  ];
}

function drainOfMount(change: ResourceChange, plan: ReviewedPlan): Drain[] {
  const { address, type, before, after } = change;
  const isDatabase =
    type === "vault_database_secrets_mount" || (type === "vault_mount" && before?.["type"] === "database");
  const mount = pathOf(before);
  if (!isDatabase || mount === undefined) return [];
  // A path that is changed in place moves the mount, which ends its leases too.
  if (!isGone(change) && (!isKept(change) || pathOf(after) === mount)) return [];
  const its = heldBefore(plan, connectionType).filter((connection) => pathOf(connection, "backend") === mount);
  return [{ address, reason: "mount-gone", mount, connections: namesOf(its) }];
}

function drainOfConnection(change: ResourceChange, plan: ReviewedPlan): Drain[] {
  const { address, type, before } = change;
  const [mount, name] = [pathOf(before, "backend"), textOf(before, "name")];
  if (type !== connectionType || mount === undefined || name === undefined) return [];
  if (!isGone(change) && !changesAdmin(change)) return [];
  const its = heldBefore(plan, roleType).filter(
    (role) => pathOf(role, "backend") === mount && textOf(role, "db_name") === name,
  );
  const reason = isGone(change) ? "connection-gone" : "admin-user";
  return its.length === 0 ? [] : [{ address, reason, mount, roles: namesOf(its), connections: [name] }];
}

/** The admin of a PostgreSQL: other servers let any admin drop any user. */
function changesAdmin(change: ResourceChange): boolean {
  const [old, now] = [engineOf(change.before), engineOf(change.after)];
  if (!isKept(change) || !["postgresql", "redshift"].includes(old?.engine ?? "")) return false;
  return textOf(old?.settings, "username") !== textOf(now?.settings, "username");
}

/**
 * A role that goes needs none, for each lease holds its connection and its statements; unless one of its name comes elsewhere:
 * then Vault asks that one.
 */
function drainOfRole(change: ResourceChange, plan: ReviewedPlan): Drain[] {
  const { address, type, before } = change;
  const [mount, role, connection] = [pathOf(before, "backend"), textOf(before, "name"), textOf(before, "db_name")];
  if (type !== roleType || mount === undefined || role === undefined || connection === undefined) return [];
  const successor = plan.changes.find(
    ({ type: its, action, after }) =>
      its === roleType && action !== "delete" && pathOf(after, "backend") === mount && textOf(after, "name") === role,
  );
  if (successor === undefined || textOf(successor.after, "db_name") === connection) return [];
  return [{ address, reason: "role-database", mount, roles: [role], connections: [connection] }];
}

function namesOf(resources: readonly Attributes[]): string[] {
  return resources.flatMap((each) => textOf(each, "name") ?? []).sort();
}
