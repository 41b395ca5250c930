import { show } from "../../constructs/core/errors";
import type { DatabaseDefinition } from "../databases/schema";
import { duplicates, type Misfit } from "../misfit";
import type { Contents, DeclaredNamespace, Environment } from "../schema";

/** What lies in one namespace of an environment, or beside them all. */
export interface PlacedContents {
  /** Path of the namespace, from that of `vault.namespace` on, such as `team-a/payments`; undefined beside them all. */
  readonly namespace: string | undefined;
  readonly contents: NestingContents;
  /** Where it stands in the environment. */
  readonly path: readonly (string | number)[];
}

/** What lies in one namespace, with the namespaces that are nested in it. */
export type NestingContents = Contents & { readonly namespaces?: readonly DeclaredNamespace[] | undefined };

/** All that lies in Vault for an environment, namespace by namespace: first what lies in none, each before those nested in it. */
export function allContents(environment: Environment): PlacedContents[] {
  return [{ namespace: undefined, contents: environment, path: [] }, ...nested(environment, undefined, [])];
}

function nested(
  { namespaces = [] }: Pick<NestingContents, "namespaces">,
  around: string | undefined,
  path: readonly (string | number)[],
): PlacedContents[] {
  return namespaces.flatMap((each, at) => {
    const namespace = inNamespace(around, each.path);
    const its = [...path, "namespaces", at];
    return [{ namespace, contents: each, path: its }, ...nested(each, namespace, its)];
  });
}

/** A path, or a name, with the namespace before it that it lies in. */
export function inNamespace(namespace: string | undefined, path: string): string {
  return namespace === undefined || namespace === "" ? path : `${namespace}/${path}`;
}

/** A database with the namespace that its mount lies in. */
export interface PlacedDatabase {
  readonly namespace: string | undefined;
  readonly database: DatabaseDefinition;
}

/** The databases of all namespaces. */
export function allDatabases(environment: Environment): PlacedDatabase[] {
  return allContents(environment).flatMap(({ namespace, contents }) =>
    contents.databases.map((database) => ({ namespace, database })),
  );
}

/** Namespaces of one name, and mounts whose paths begin with one: Vault could not tell what a request is for. */
export function checkNamespaces(contents: NestingContents, path: readonly (string | number)[]): Misfit[] {
  const { namespaces = [], mounts, engines } = contents;
  const names = namespaces.map((each) => each.path);
  const paths = [
    ...mounts.map((each, at) => ({ path: each.path, at: [...path, "mounts", at, "path"] })),
    ...engines.map((each, at) => ({ path: each.path, at: [...path, "engines", at, "path"] })),
  ];
  return [
    ...duplicates(
      "namespace",
      names.map((name, at) => ({ name, path: [...path, "namespaces", at, "path"] })),
    ),
    ...paths.flatMap(({ path: mount, at }) => {
      const [first = ""] = mount.split("/");
      return names.includes(first)
        ? [{ path: at, message: `${show(mount)} begins with namespace ${first}: give one of the two another name` }]
        : [];
    }),
    ...namespaces.flatMap((each, at) => checkNamespaces(each, [...path, "namespaces", at])),
  ];
}
