import { LeaseholdError } from "../../constructs/core/errors";
import type { TokenOptions } from "../../constructs/core/token-options";
import type { Environment } from "../../environments/schema";

/** What the commands read of a declared auth method. */
interface DeclaredMethod {
  readonly method: string;
  readonly path: string;
  readonly roles?: readonly { readonly name: string }[];
  readonly users?: readonly ({ readonly name: string } & TokenOptions)[];
}

/** A login that the environment declares, and where it logs in. */
export interface DeclaredLogin<T> {
  /** Where its method is mounted below `auth/`. */
  readonly path: string;
  readonly declared: T;
}

/**
 * The role of an AppRole method, by its name in any case.
 *
 * @throws LeaseholdError when there is none, or several methods have one.
 */
export function declaredAppRole(
  environment: Environment,
  name: string,
  path: string | undefined,
): DeclaredLogin<{ readonly name: string }> {
  return onlyLogin(environment, { method: "approle", kind: "role", name, path }, ({ roles }) => roles);
}

/**
 * The user of a userpass method, by its name in any case.
 *
 * @throws LeaseholdError when there is none, or several methods have one.
 */
export function declaredUser(
  environment: Environment,
  name: string,
  path: string | undefined,
): DeclaredLogin<{ readonly name: string } & TokenOptions> {
  return onlyLogin(environment, { method: "userpass", kind: "user", name, path }, ({ users }) => users);
}

interface Sought {
  readonly method: string;
  readonly kind: string;
  readonly name: string;
  /** Only a method that is mounted there. */
  readonly path: string | undefined;
}

function onlyLogin<T extends { readonly name: string }>(
  environment: Environment,
  { method, kind, name, path }: Sought,
  loginsOf: (method: DeclaredMethod) => readonly T[] | undefined,
): DeclaredLogin<T> {
  const where = `environments/${environment.name}`;
  const all = environment.auth
    .filter((each: DeclaredMethod) => each.method === method && (path === undefined || each.path === path))
    .flatMap((each: DeclaredMethod) => (loginsOf(each) ?? []).map((declared) => ({ path: each.path, declared })));
  // Vault keeps the names in lower case.
  const found = all.filter(({ declared }) => declared.name.toLowerCase() === name.toLowerCase());
  const [login] = found;
  if (login === undefined) {
    const known = all.map(({ path: at, declared }) => `${declared.name} of auth/${at}`).join(", ");
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
