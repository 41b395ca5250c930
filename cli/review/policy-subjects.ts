import { show } from "../../constructs/core/errors";
import type { Attributes, ResourceChange, ReviewedPlan } from "./plan";

/** Somebody who holds policies by name: whoever logs in as a role, an entity, a group. */
export interface PolicySubject {
  readonly address: string;
  /** As a person calls it, `login role app of auth/approle`. */
  readonly title: string;
  /** Names of its policies before and after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Whether its policies are known after the apply only. */
  readonly unknown: boolean;
  /** Whether the plan itself says that its list changes, or that it comes or goes. */
  readonly changes: boolean;
  /** What somebody joins or leaves, where it has members. */
  readonly joined: readonly string[];
  readonly left: readonly string[];
}

/** A policy on both sides of the plan. */
export interface PlannedPolicy {
  readonly address: string;
  readonly name: string;
  /** Its text; undefined where it does not exist on that side. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Whether the text is known after the apply only. */
  readonly unknown: boolean;
}

/** Attributes that hold names of policies, whatever the type; the globs of a token role name policies by pattern. */
const policyAttributes = ["token_policies", "policies", "allowed_policies", "allowed_policies_glob"];

/** Attributes that hold who belongs to a group. */
const memberAttributes = ["member_entity_ids", "member_group_ids", "entity_ids"];

/** What else has a list of that name, and gives nobody access by it. */
const others = new Set(["vault_egp_policy", "vault_rgp_policy"]);

/** A resource on both sides of the plan. */
interface BothSides {
  readonly address: string;
  readonly type: string;
  readonly before: Attributes | undefined;
  readonly after: Attributes | undefined;
  readonly unknown: readonly string[];
  readonly change: ResourceChange | undefined;
}

/** Every policy of a plan, those that stay as they are too. */
export function policiesOf(plan: ReviewedPlan): PlannedPolicy[] {
  return bothSides(plan, (type) => type === "vault_policy").flatMap(({ address, before, after, unknown }) => {
    const text = (side: Attributes | undefined) => (side === undefined ? undefined : (textOf(side["policy"]) ?? ""));
    const [old, now] = [textOf(before?.["name"]), textOf(after?.["name"])];
    const rest = { address, unknown: unknown.includes("policy") };
    // A policy that gets another name is one that goes and one that comes.
    if (old !== undefined && now !== undefined && old !== now) {
      return [
        { ...rest, name: old, before: text(before), after: undefined, unknown: false },
        { ...rest, name: now, before: undefined, after: text(after) },
      ];
    }
    const name = now ?? old;
    return name === undefined ? [] : [{ ...rest, name, before: text(before), after: text(after) }];
  });
}

/** Every subject of a plan, those that stay as they are too. */
export function subjectsOf(plan: ReviewedPlan): PolicySubject[] {
  const sides = bothSides(plan, (type) => type !== "vault_policy" && type.startsWith("vault_") && !others.has(type));
  return sides.flatMap(({ address, type, before, after, unknown, change }) => {
    // Most resources hold none.
    const isUnknown = unknown.some((name) => policyAttributes.includes(name));
    if (!holdsPolicies(before) && !holdsPolicies(after) && !isUnknown) return [];
    const [old, now] = [listsOf(before, policyAttributes), listsOf(after, policyAttributes)];
    const [members, later] = [listsOf(before, memberAttributes), listsOf(after, memberAttributes)];
    const known = !unknown.some((name) => memberAttributes.includes(name));
    return [
      {
        address,
        title: titleOf(type, address, after ?? before ?? {}),
        before: old,
        after: now,
        unknown: isUnknown,
        changes: change !== undefined && (before === undefined || after === undefined || show(old) !== show(now)),
        joined: known && before !== undefined ? without(later, members) : [],
        left: known && after !== undefined ? without(members, later) : [],
      },
    ];
  });
}

function holdsPolicies(side: Attributes | undefined): boolean {
  return side !== undefined && policyAttributes.some((name) => Array.isArray(side[name]));
}

/** The attributes on both sides; a resource that stays as it is has the same on both. */
function bothSides(plan: ReviewedPlan, wanted: (type: string) => boolean): BothSides[] {
  const changes = new Map<string, ResourceChange>();
  for (const each of plan.changes) if (wanted(each.type)) changes.set(each.address, each);
  const staying = plan.resources.filter(({ address, type }) => wanted(type) && !changes.has(address));
  return [
    ...[...changes.values()]
      .filter(({ action }) => action !== "read")
      .map((change) => ({
        address: change.address,
        type: change.type,
        before: change.before,
        after: change.action === "forget" ? change.before : change.after,
        unknown: change.unknown,
        change,
      })),
    ...staying.map(({ address, type, attributes }) => ({
      address,
      type,
      before: attributes,
      after: attributes,
      unknown: [],
      change: undefined,
    })),
  ];
}

const titles: Readonly<Record<string, string>> = {
  vault_identity_entity: "entity",
  vault_identity_entity_policies: "entity",
  vault_identity_group: "group",
  vault_identity_group_policies: "group",
  vault_ldap_auth_backend_group: "LDAP group",
  vault_ldap_auth_backend_user: "LDAP user",
  vault_github_team: "GitHub team",
  vault_github_user: "GitHub user",
  vault_token_auth_backend_role: "token role",
};

const names = ["role_name", "role", "groupname", "username", "team", "user", "name", "entity_name", "group_name"];

function titleOf(type: string, address: string, attributes: Attributes): string {
  const name = names.map((each) => textOf(attributes[each])).find((each) => each !== undefined) ?? address;
  const title = titles[type] ?? (type.includes("auth_backend") ? "login role" : type.replace(/^vault_/, ""));
  const backend = type.startsWith("vault_identity") ? undefined : textOf(attributes["backend"]);
  return backend === undefined ? `${title} ${name}` : `${title} ${name} of auth/${backend}`;
}

function listsOf(side: Attributes | undefined, attributes: readonly string[]): string[] {
  const found = attributes.flatMap((name) => side?.[name] ?? []).filter((each) => typeof each === "string");
  return [...new Set(found)].sort();
}

function without(all: readonly string[], known: readonly string[]): string[] {
  const names = new Set(known);
  return all.filter((each) => !names.has(each));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
