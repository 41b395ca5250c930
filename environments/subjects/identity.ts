import { z } from "zod";
import { mountPath, name } from "../fields";
import { subject } from "./subject";
import { duplicates, type Misfit, unknown } from "../misfit";

export const metadata = z.record(z.string().min(1), z.string());

/** The name that somebody has in an auth method: a user name, a RoleID, the claim of a token, a group of a directory. */
const alias = z.strictObject({ method: mountPath, name: z.string().min(1).max(512) });

/** A person or a program, however it logs in. */
const entity = z.strictObject({
  name,
  metadata: metadata.optional(),
  disabled: z.boolean().optional(),
  aliases: z.array(alias).optional(),
  ...subject,
});

/** Entities that may do the same; with an alias, whoever an auth method says is in a group of that name. */
const group = z.strictObject({
  name,
  metadata: metadata.optional(),
  /** Entities of this environment. */
  entities: z.array(name).optional(),
  /** Groups of this environment. */
  groups: z.array(name).optional(),
  alias: alias.optional(),
  ...subject,
});

/**
 * Who logs in, across auth methods.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/identity
 */
export const identity = z.strictObject({ entities: z.array(entity).default([]), groups: z.array(group).default([]) });

export type DeclaredIdentity = z.output<typeof identity>;

/** Names of identity that are there twice, lead nowhere or go round in circles. */
export function checkIdentity({ entities, groups }: DeclaredIdentity, methods: readonly string[]): Misfit[] {
  const at = (kind: "entities" | "groups", index: number, ...rest: (string | number)[]) => [
    "identity",
    kind,
    index,
    ...rest,
  ];
  const named = (kind: "entities" | "groups", all: readonly { readonly name: string }[]) =>
    all.map((each, index) => ({ name: each.name, path: at(kind, index, "name") }));
  const aliases = [
    ...entities.flatMap(({ aliases: own = [] }, index) =>
      own.map((each, aliasAt) => ({ ...each, path: at("entities", index, "aliases", aliasAt) })),
    ),
    ...groups.flatMap(({ alias: own }, index) =>
      own === undefined ? [] : [{ ...own, path: at("groups", index, "alias") }],
    ),
  ];
  return [
    ...duplicates("entity", named("entities", entities)),
    ...duplicates("group", named("groups", groups)),
    ...duplicates(
      "alias",
      aliases.map(({ method, name: known, path }) => ({ name: `${method}/${known}`, path })),
    ),
    ...aliases.flatMap(({ method, path }) => unknown("auth method", [method], methods, [...path, "method"])),
    ...groups.flatMap((each, index) => [
      ...unknown("entity", each.entities ?? [], entities.map(nameOf), at("groups", index, "entities")),
      ...unknown("group", each.groups ?? [], groups.map(nameOf), at("groups", index, "groups")),
      ...membersOfExternal(each, at("groups", index)),
    ]),
    ...circles(groups),
  ];
}

function nameOf({ name: known }: { readonly name: string }): string {
  return known;
}

/** Vault takes the members of a group with an alias from the login. */
function membersOfExternal(
  { alias: own, entities, groups }: DeclaredIdentity["groups"][number],
  path: (string | number)[],
): Misfit[] {
  if (own === undefined || (entities === undefined && groups === undefined)) return [];
  return [
    {
      path,
      message: "has an alias, so that its members come from the login: leave entities and groups out, or the alias",
    },
  ];
}

/** Groups that are, through others, members of themselves: Vault refuses the last of them. */
function circles(groups: DeclaredIdentity["groups"]): Misfit[] {
  const members = new Map(groups.map((group) => [group.name, group.groups ?? []]));
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (members.get(from) ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return groups.flatMap((group, index) =>
    reaches(group.name, group.name)
      ? [
          {
            path: ["identity", "groups", index, "groups"],
            message: "leads back to the group itself: take one of the memberships out",
          },
        ]
      : [],
  );
}
