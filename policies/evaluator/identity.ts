import type { PolicyServer } from "./policy-server";

type Metadata = Readonly<Record<string, string>>;

/** What an auth method knows an entity as. */
export interface IdentityAlias {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly metadata?: Metadata | undefined;
  readonly customMetadata?: Metadata | undefined;
}

export interface IdentityEntity {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly metadata?: Metadata | undefined;
  /** By the path of the auth method's mount below `auth/`, such as `"ldap"`; or by its accessor, for templates that name that. */
  readonly aliases?: Readonly<Record<string, IdentityAlias>> | undefined;
}

export interface IdentityGroup {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

/**
 * Who asks, as far as templates in policies can tell.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/identity
 */
export interface Identity {
  /** @default none: a rule whose template needs one does not count */
  readonly entity?: IdentityEntity | undefined;
  /** The groups that it is in, those that hold them too. @default none */
  readonly groups?: readonly IdentityGroup[] | undefined;
}

/** Whether the servers refuse a policy with this path: its braces have no pairs. */
export function hasBrokenTemplate(path: string): boolean {
  const [before = "", ...rest] = path.split("{{");
  return before.includes("}}") || rest.some((piece) => piece.split("}}").length !== 2);
}

/** A path with its templates filled in, or why it has none. */
export type FilledPath =
  | { readonly path: string }
  /** What a template stands for is not there: the rule does not count. */
  | { readonly missing: string }
  /** What a template stands for may not stand there: the server refuses all that the token asks. */
  | { readonly forbidden: string };

/**
 * Fills in the templates of a rule's path. `time.` counts as missing here: it stands for the second of the request.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#templated-policies
 */
export function fillTemplates(path: string, identity: Identity, server: PolicyServer): FilledPath {
  const [before = "", ...pieces] = path.split("{{");
  let filled = before;
  for (const piece of pieces) {
    const [selector = "", after = ""] = piece.split("}}");
    const value = valueOf(selector.trim(), identity);
    if (value === undefined) return { missing: selector.trim() };
    // Vault takes them as part of the path, with the meaning that they have there.
    if (server === "openbao" && /[/+*]/.test(value)) return { forbidden: selector.trim() };
    filled += value + after;
  }
  return { path: filled };
}

function valueOf(selector: string, { entity, groups = [] }: Identity): string | undefined {
  const [, kind, rest = ""] = /^identity\.(entity|groups)\.(.*)$/s.exec(selector) ?? [];
  if (kind === "entity") return entity && valueOfEntity(rest, entity);
  return kind === "groups" ? valueOfGroup(rest, groups) : undefined;
}

function valueOfEntity(selector: string, entity: IdentityEntity): string | undefined {
  const [, key, rest = ""] =
    /^aliases\.@(.+?)\.((?:id|name)$|(?:custom_)?metadata\..*)$/s.exec(selector) ??
    /^aliases\.([^.]*)\.(.*)$/s.exec(selector) ??
    [];
  if (key === undefined) return fieldOf(selector, entity);
  const alias = own(entity.aliases, key);
  const custom = /^custom_metadata\.(.*)$/s.exec(rest)?.[1];
  return custom === undefined ? alias && fieldOf(rest, alias) : own(alias?.customMetadata, custom);
}

/** A group is told by its id or its name; neither can hold a dot here. */
function valueOfGroup(selector: string, groups: readonly IdentityGroup[]): string | undefined {
  const [, by, key, rest = ""] = /^(ids|names)\.([^.]*)\.(.*)$/s.exec(selector) ?? [];
  const group = groups.find((each) => key !== undefined && (by === "ids" ? each.id : each.name) === key);
  return group && fieldOf(rest, group);
}

/** An id and a name that are empty count as missing; metadata may be empty. */
function fieldOf(selector: string, { id, name, metadata }: IdentityGroup): string | undefined {
  if (selector === "id") return id === "" ? undefined : id;
  if (selector === "name") return name === "" ? undefined : name;
  const key = /^metadata\.(.*)$/s.exec(selector)?.[1];
  return key === undefined ? undefined : own(metadata, key);
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
