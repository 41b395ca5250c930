import type { DeclaredSubject } from "../subjects/subject";
import type { DeclaredMethod } from "./schema";

/** Whoever can log in through a method, and is given something for it. */
export interface DeclaredLogin extends DeclaredSubject {
  readonly name: string;
}

/** Where methods declare their logins, and what Vault calls them: of each kind a method has a name once. */
const kinds = {
  roles: "login",
  iamRoles: "login",
  ec2Roles: "login",
  gitHubActionsRoles: "login",
  gitLabCiRoles: "login",
  groups: "group",
  teams: "team",
  users: "user",
} as const;

/** The logins of a method, each with its place in the declaration. */
export function loginsOf(method: DeclaredMethod): {
  readonly kind: (typeof kinds)[keyof typeof kinds];
  readonly login: DeclaredLogin;
  readonly path: readonly (string | number)[];
}[] {
  const lists: Partial<Record<keyof typeof kinds, readonly DeclaredLogin[]>> = method;
  return (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((field) =>
    (lists[field] ?? []).map((login, at) => ({ kind: kinds[field], login, path: [field, at] })),
  );
}
