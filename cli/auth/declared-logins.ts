import { LeaseholdError } from "../../constructs/core/errors";
import type { DeclaredMethod } from "../../environments/logins/schema";
import type { Environment } from "../../environments/schema";

type AppRole = Extract<DeclaredMethod, { method: "approle" }>["roles"][number];
type UserpassUser = Extract<DeclaredMethod, { method: "userpass" }>["users"][number];

/** A login that the environment declares, and where it logs in. */
export interface LoginPlace<T> {
  /** Where its method is mounted below `auth/`. */
  readonly path: string;
  readonly declared: T;
}

/**
 * The role of an AppRole method, by its name in any case.
 *
 * @param path Only a method that is mounted there.
 * @throws LeaseholdError when there is none, or several methods have one.
 */
export function declaredAppRole(environment: Environment, name: string, path: string | undefined): LoginPlace<AppRole> {
  const roles = environment.auth.flatMap((each) =>
    each.method === "approle" ? each.roles.map((declared) => ({ path: each.path, declared })) : [],
  );
  return onlyLogin(environment, { method: "approle", kind: "role" }, roles, name, path);
}

/**
 * The user of a userpass method, by its name in any case.
 *
 * @param path Only a method that is mounted there.
 * @throws LeaseholdError when there is none, or several methods have one.
 */
export function declaredUser(
  environment: Environment,
  name: string,
  path: string | undefined,
): LoginPlace<UserpassUser> {
  const users = environment.auth.flatMap((each) =>
    each.method === "userpass" ? each.users.map((declared) => ({ path: each.path, declared })) : [],
  );
  return onlyLogin(environment, { method: "userpass", kind: "user" }, users, name, path);
}

function onlyLogin<T extends { readonly name: string }>(
  environment: Environment,
  { method, kind }: { readonly method: string; readonly kind: string },
  declared: readonly LoginPlace<T>[],
  name: string,
  path: string | undefined,
): LoginPlace<T> {
  const where = `environments/${environment.name}`;
  const all = declared.filter((each) => path === undefined || each.path === path);
  // Vault keeps the names in lower case.
  const found = all.filter((each) => each.declared.name.toLowerCase() === name.toLowerCase());
  const [login] = found;
  if (login === undefined) {
    const known = all.map((each) => `${each.declared.name} of auth/${each.path}`).join(", ");
    throw new LeaseholdError(
      where,
      `there is no ${method} ${kind} ${JSON.stringify(name)}${path === undefined ? "" : ` of auth/${path}`}`,
      known === "" ? "declare it and deploy first" : `use one of ${known}`,
    );
  }
  if (found.length === 1) return { ...login, declared: { ...login.declared, name: login.declared.name.toLowerCase() } };
  throw new LeaseholdError(
    where,
    `${found.map((each) => `auth/${each.path}`).join(" and ")} each have a ${kind} ${JSON.stringify(name)}`,
    "name one with --method",
  );
}
