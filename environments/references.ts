import { checkDatabase } from "./databases/references";
import { duplicates, type Misfit, unknown } from "./misfit";
import type { Environment } from "./schema";

/** Names that are declared twice, and names that are used without being declared. */
export function checkReferences(environment: Environment): Misfit[] {
  const { mounts, databases, auth, policies } = environment;
  const roles = databases.flatMap((database, at) =>
    (["roles", "staticRoles"] as const).flatMap((kind) =>
      database[kind].map((role, roleAt) => ({
        name: `${database.mount}/${role.name}`,
        path: ["databases", at, kind, roleAt, "name"],
      })),
    ),
  );
  const mountPaths = mounts.map(({ path }) => path);
  const roleNames = roles.map(({ name }) => name);
  const policyNames = policies.map((policy) => policy.name);
  const logins = auth.flatMap((method, at) =>
    method.roles.map((login, loginAt) => ({
      login,
      path: ["auth", at, "roles", loginAt],
      name: `${method.path}/${login.name}`,
    })),
  );

  const unknownMounts = databases.flatMap(({ mount }, at) =>
    unknown("mount", [mount], mountPaths, ["databases", at, "mount"]),
  );
  if (unknownMounts.length > 0) return unknownMounts; // every reference to their roles would be unknown too

  return [
    ...ownLogin(environment),
    ...duplicates(
      "mount",
      mounts.map(({ path }, at) => ({ name: path, path: ["mounts", at, "path"] })),
    ),
    ...duplicates(
      "database",
      // Commands and overrides go by the name alone.
      databases.map(({ name }, at) => ({ name, path: ["databases", at, "name"] })),
    ),
    ...duplicates("role", roles),
    ...duplicates(
      "auth method",
      auth.map(({ path }, at) => ({ name: path, path: ["auth", at, "path"] })),
    ),
    ...duplicates(
      "login",
      logins.map(({ name, path }) => ({ name, path: [...path, "name"] })),
    ),
    ...duplicates(
      "policy",
      policies.map(({ name }, at) => ({ name, path: ["policies", at, "name"] })),
    ),
    ...databases.flatMap((database, at) => checkDatabase(database, ["databases", at])),
    ...logins.flatMap(({ login, path }) => [
      ...unknown("role", login.credentials ?? [], roleNames, [...path, "credentials"]),
      ...unknown("policy", login.policies ?? [], policyNames, [...path, "policies"]),
    ]),
    ...policies.flatMap((policy, at) => [
      ...unknown("role", policy.credentials ?? [], roleNames, ["policies", at, "credentials"]),
      ...unknown("mount", policy.allCredentialsOf ?? [], mountPaths, ["policies", at, "allCredentialsOf"]),
    ]),
  ];
}

/** Terraform can't log in through a method that it has yet to make. */
function ownLogin({ vault: { login }, auth }: Environment): Misfit[] {
  const path = login?.method === "approle" ? (login.path ?? "approle") : undefined;
  if (!auth.some((method) => method.path === path)) return [];
  return [
    {
      path: ["vault", "login", "path"],
      message: `${JSON.stringify(path)} is this environment's own auth method, which does not exist before the first deployment: log in through one that is mounted by hand, such as "deployer"`,
    },
  ];
}
