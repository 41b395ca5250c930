import { show } from "../constructs/core/errors";
import { checkContainers } from "./containers";
import { checkDatabase } from "./databases/references";
import { checkPkiParents } from "./engines/pki";
import { checkEngine } from "./engines/schema";
import { loginsOf } from "./logins/logins";
import { duplicates, type Misfit, unknown } from "./misfit";
import { allContents, checkNamespaces, inNamespace, type NestingContents } from "./namespaces/contents";
import type { Environment } from "./schema";
import { checkGrants, type Grantable } from "./subjects/grants";
import { checkIdentity } from "./subjects/identity";
import { checkSubject } from "./subjects/subject";
import { checkAudit } from "./system/audit";
import { checkPasswordPolicies } from "./system/password-policies";
import { checkServerSettings } from "./system/system";

/** Names that are declared twice, and names that are used without being declared. */
export function checkReferences(environment: Environment): Misfit[] {
  return [
    ...ownLogin(environment),
    ...auditInNamespace(environment),
    ...checkAudit(environment.audit),
    ...checkServerSettings(environment),
    ...checkContainers(environment),
    ...checkNamespaces(environment, []),
    ...allContents(environment).flatMap(({ contents, path: place }) =>
      checkContents(contents).map(({ path, message }) => ({ path: [...place, ...path], message })),
    ),
  ];
}

/** The same of what lies in one namespace. */
function checkContents(environment: NestingContents): Misfit[] {
  const { mounts, databases, engines, auth, identity, policies } = environment;
  const roles = databases.flatMap((database, at) =>
    (["roles", "staticRoles"] as const).flatMap((kind) =>
      database[kind].map((role, roleAt) => ({
        kind,
        name: `${database.mount}/${role.name}`,
        path: ["databases", at, kind, roleAt, "name"],
      })),
    ),
  );
  const mountPaths = mounts.map(({ path }) => path);
  const unknownMounts = databases.flatMap(({ mount }, at) =>
    unknown("mount", [mount], mountPaths, ["databases", at, "mount"]),
  );
  if (unknownMounts.length > 0) return unknownMounts; // every reference to their roles would be unknown too

  const methodPaths = auth.map(({ path }) => path);
  const logins = auth.flatMap((method, at) =>
    loginsOf(method).map(({ kind, login, path }) => ({
      kind,
      login,
      method: method.path,
      path: ["auth", at, ...path],
    })),
  );
  const known = { ...grantableOf(environment), policies: policies.map(({ name }) => name) };

  return [
    ...checkPasswordPolicies(environment),
    ...duplicates("mount", [
      ...mounts.map(({ path }, at) => ({ name: path, path: ["mounts", at, "path"] })),
      ...engines.map(({ path }, at) => ({ name: path, path: ["engines", at, "path"] })),
    ]),
    ...duplicates(
      "database",
      // Commands and overrides go by the name alone, with the namespace before it.
      databases.map(({ name }, at) => ({ name, path: ["databases", at, "name"] })),
    ),
    ...duplicates("role", roles),
    ...duplicates(
      "auth method",
      methodPaths.map((path, at) => ({ name: path, path: ["auth", at, "path"] })),
    ),
    ...(["login", "group", "team", "user"] as const).flatMap((kind) =>
      duplicates(
        kind,
        logins
          .filter((each) => each.kind === kind)
          .map(({ login, method, path }) => ({ name: `${method}/${login.name}`, path: [...path, "name"] })),
      ),
    ),
    ...duplicates(
      "policy",
      policies.map(({ name }, at) => ({ name, path: ["policies", at, "name"] })),
    ),
    ...databases.flatMap((database, at) => checkDatabase(database, ["databases", at])),
    ...engines.flatMap((engine, at) => checkEngine(engine, ["engines", at])),
    ...checkPkiParents(engines),
    ...logins.flatMap(({ login, path }) => checkSubject(login, known, path)),
    ...checkIdentity(identity, methodPaths),
    ...(["entities", "groups"] as const).flatMap((kind) =>
      identity[kind].flatMap((subject, at) => checkSubject(subject, known, ["identity", kind, at])),
    ),
    ...policies.flatMap((policy, at) => checkGrants(policy, known, ["policies", at])),
  ];
}

/** What grants can name: what lies here, and what lies in the namespaces below, with these before it. */
function grantableOf({ mounts, databases, engines, namespaces = [] }: NestingContents): Grantable {
  const rolesOf = (kind: "roles" | "staticRoles") =>
    databases.flatMap((database) => database[kind].map(({ name }) => `${database.mount}/${name}`));
  const below = namespaces.map((namespace) => ({ namespace: namespace.path, its: grantableOf(namespace) }));
  const named = (kind: "roles" | "leasedRoles" | "databaseMounts") =>
    below.flatMap(({ namespace, its }) => its[kind].map((name) => inNamespace(namespace, name)));
  return {
    roles: [...rolesOf("roles"), ...rolesOf("staticRoles"), ...named("roles")],
    leasedRoles: [...rolesOf("roles"), ...named("leasedRoles")],
    databaseMounts: [...mounts.map(({ path }) => path), ...named("databaseMounts")],
    engines: [
      ...engines,
      ...below.flatMap(({ namespace, its }) =>
        its.engines.map((engine) => ({ ...engine, path: inNamespace(namespace, engine.path) })),
      ),
    ],
  };
}

/** Vault has audit devices for the server as a whole: its API for them is there in the root namespace alone. */
function auditInNamespace({ vault: { namespace }, audit }: Environment): Misfit[] {
  if (namespace === undefined) return [];
  return audit.flatMap(({ type }, at) =>
    type === "server-configuration"
      ? []
      : [
          {
            path: ["audit", at],
            message: `can't be made in namespace ${show(namespace)}: declare it in an environment of the root namespace, and here as { type: "server-configuration" }`,
          },
        ],
  );
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
