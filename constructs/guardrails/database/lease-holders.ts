import { meetsOf } from "../../../policies/lint/rule-traits";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { numberOf, listOf, resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";
import { policiesOf } from "../policies/policy-text";
import { mountOf, roleType } from "./connection";

/** A login whose tokens may ask for users of roles. The leases of these users end with the token. */
export interface LeaseHolder {
  readonly resource: DeclaredResource;
  /** Seconds; undefined where there is no limit but the server's. */
  readonly maxTtl: number | undefined;
  readonly isPeriodic: boolean;
  /** How often a token can be used; 0 without limit. */
  readonly uses: number;
  /** The role whose leases last longest by default. */
  readonly role: { readonly path: string; readonly defaultTtl: number };
}

type Role = LeaseHolder["role"];

const known = new WeakMap<Declaration, readonly LeaseHolder[]>();

/** The logins whose own policies, as far as the stack declares them, let them have users. */
export function leaseHolders(declaration: Declaration): readonly LeaseHolder[] {
  const holders = known.get(declaration) ?? findHolders(declaration);
  known.set(declaration, holders);
  return holders;
}

function findHolders(declaration: Declaration): LeaseHolder[] {
  const roles = new Map(
    resourcesOf(declaration, roleType).map(({ arguments: given }): [string, Role] => {
      const path = `${mountOf(given)}/creds/${textOf(given, "name") ?? ""}`;
      return [path, { path, defaultTtl: numberOf(given, "default_ttl") ?? 0 }];
    }),
  );
  const opened = new Map(
    policiesOf(declaration).map(({ name, rules }) => [
      name,
      longest(
        rules.filter(({ capabilities }) => capabilities.includes("read")).flatMap((rule) => rolesOf(rule, roles)),
      ),
    ]),
  );
  const methods = methodsWithTokens(declaration);
  return declaration.resources.flatMap((resource) => {
    const given = { ...methods.get(methodOf(resource)), ...tokenArguments(resource) };
    const policies = ["token_policies", "allowed_policies", "policies"].flatMap((argument) => listOf(given, argument));
    const role = longest(policies.map((name) => opened.get(name)).filter((each) => each !== undefined));
    if (role === undefined) return [];
    return [
      {
        resource,
        maxTtl: maxTtlOf(given),
        isPeriodic: (numberOf(given, "token_period") ?? numberOf(given, "period") ?? 0) > 0,
        uses: numberOf(given, "token_num_uses") ?? numberOf(given, "num_uses") ?? 0,
        role,
      },
    ];
  });
}

/** Groups and users of these get their tokens as the method says; its policies are theirs too. */
const mappings = /^vault_(ldap|github|okta)_(?:auth_backend_)?(?:group|team|user)$/;

function methodsWithTokens(declaration: Declaration): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const types = ["ldap", "github", "okta"].map((method) => `vault_${method}_auth_backend`);
  return new Map(
    resourcesOf(declaration, ...types).map(({ type, arguments: given }) => {
      const method = type.split("_")[1] ?? "";
      return [`${method} ${textOf(given, "path") ?? method}`, given];
    }),
  );
}

/** The method that a group or user of a directory is of, as the map has it. */
function methodOf({ type, arguments: given }: DeclaredResource): string {
  const method = mappings.exec(type)?.[1] ?? "";
  return `${method} ${textOf(given, "backend") ?? textOf(given, "path") ?? method}`;
}

/** The least of the limits: a token role has but an explicit one, and batch tokens can't be renewed. */
function maxTtlOf(given: Readonly<Record<string, unknown>>): number | undefined {
  const limits = ["token_max_ttl", "token_explicit_max_ttl", "explicit_max_ttl"];
  if (given["token_type"] === "batch") limits.push("token_ttl");
  const set = limits.map((limit) => numberOf(given, limit) ?? 0).filter((seconds) => seconds > 0);
  return set.length === 0 ? undefined : Math.min(...set);
}

/** What Vault takes for the login's tokens; a generic endpoint has it in its JSON. */
function tokenArguments({ type, arguments: given }: DeclaredResource): Readonly<Record<string, unknown>> {
  if (type !== "vault_generic_endpoint") return given;
  if (!(textOf(given, "path") ?? "").startsWith("auth/")) return {};
  try {
    return JSON.parse(textOf(given, "data_json") ?? "") as Readonly<Record<string, unknown>>;
  } catch {
    return {}; // its JSON is known at the apply only
  }
}

function rolesOf(rule: PolicyRule, roles: ReadonlyMap<string, Role>): Role[] {
  // Nearly all rules name one path; looking at all roles for each would take the square of the time.
  const paths = /[*+{]/.test(rule.path) ? meetsOf(rule, [...roles.keys()]) : [rule.path];
  return paths.map((path) => roles.get(path)).filter((role) => role !== undefined);
}

function longest(roles: readonly Role[]): Role | undefined {
  return roles.reduce<Role | undefined>(
    (most, role) => (most !== undefined && most.defaultTtl >= role.defaultTtl ? most : role),
    undefined,
  );
}
