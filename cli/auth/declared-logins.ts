import { LeaseholdError } from "../../constructs/core/errors";
import type { DeclaredMethod } from "../../environments/logins/schema";
import { allContents, inNamespace } from "../../environments/namespaces/contents";
import type { Environment } from "../../environments/schema";

type AppRole = Extract<DeclaredMethod, { method: "approle" }>["roles"][number];
type UserpassUser = Extract<DeclaredMethod, { method: "userpass" }>["users"][number];

/** A login that the environment declares, and where it logs in. */
export interface LoginPlace<T> {
  /** Path of the namespace that its method lies in; left out where that is the environment's own. */
  readonly namespace?: string;
  /** Where its method is mounted below `auth/`. */
  readonly path: string;
  readonly declared: T;
}

/**
 * The role of an AppRole method, by its name in any case.
 *
 * @param path Only a method that is mounted there, with its namespace before.
 * @throws LeaseholdError when there is none, or several methods have one.
 */
export function declaredAppRole(environment: Environment, name: string, path: string | undefined): LoginPlace<AppRole> {
  const roles = methodsOf(environment).flatMap(({ place, each }) =>
    each.method === "approle" ? each.roles.map((declared) => ({ ...place, declared })) : [],
  );
  return onlyLogin(environment, { method: "approle", kind: "role" }, roles, name, path);
}

/**
 * The user of a userpass method, by its name in any case.
 *
 * @param path Only a method that is mounted there, with its namespace before.
 * @throws LeaseholdError when there is none, or several methods have one.
 */
export function declaredUser(
  environment: Environment,
  name: string,
  path: string | undefined,
): LoginPlace<UserpassUser> {
  const users = methodsOf(environment).flatMap(({ place, each }) =>
    each.method === "userpass" ? each.users.map((declared) => ({ ...place, declared })) : [],
  );
  return onlyLogin(environment, { method: "userpass", kind: "user" }, users, name, path);
}

/** The methods of all namespaces. */
function methodsOf(environment: Environment) {
  return allContents(environment).flatMap(({ namespace, contents }) =>
    contents.auth.map((each) => ({
      place: { ...(namespace === undefined ? {} : { namespace }), path: each.path },
      each,
    })),
  );
}

/** As a person calls it, with its namespace before: `auth/approle`, `team-a/auth/approle`. */
function nameOf({ namespace, path }: Omit<LoginPlace<unknown>, "declared">): string {
  return inNamespace(namespace, `auth/${path}`);
}

function onlyLogin<T extends { readonly name: string }>(
  environment: Environment,
  { method, kind }: { readonly method: string; readonly kind: string },
  declared: readonly LoginPlace<T>[],
  name: string,
  path: string | undefined,
): LoginPlace<T> {
  const where = `environments/${environment.name}`;
  const all = declared.filter((each) => path === undefined || inNamespace(each.namespace, each.path) === path);
  // Vault keeps the names in lower case.
  const found = all.filter((each) => each.declared.name.toLowerCase() === name.toLowerCase());
  const [login] = found;
  if (login === undefined) {
    const known = all.map((each) => `${each.declared.name} of ${nameOf(each)}`).join(", ");
    throw new LeaseholdError(
      where,
      `there is no ${method} ${kind} ${JSON.stringify(name)}${path === undefined ? "" : ` of auth/${path}`}`,
      known === "" ? "declare it and deploy first" : `use one of ${known}`,
    );
  }
  if (found.length === 1) return { ...login, declared: { ...login.declared, name: login.declared.name.toLowerCase() } };
  throw new LeaseholdError(
    where,
    `${found.map(nameOf).join(" and ")} each have a ${kind} ${JSON.stringify(name)}`,
    "name one with --method",
  );
}
