import type { Action, Attributes, ReviewedPlan } from "./plan";

/** What a change means for the leases below a path. */
export type LeaseFate = "end" | "need-it" | "outlive" | "stay";

/** A mount, connection, role or login method that the plan touches, with where its leases are. */
export interface TouchedPath {
  readonly address: string;
  readonly action: Action;
  readonly fate: LeaseFate;
  /** Whether they are tokens, each of which is a lease too. */
  readonly tokens: boolean;
  /** Each ends in `/`; a connection has one for each of its roles. */
  readonly prefixes: readonly string[];
}

const mounts = new Set(["vault_mount", "vault_database_secrets_mount", "vault_aws_secret_backend"]);
const connection = "vault_database_secret_backend_connection";
const role = "vault_database_secret_backend_role";

/** What a plan touches that leases may hang on. What it creates has none yet. */
export function touchedPaths(plan: ReviewedPlan): TouchedPath[] {
  const roles = prefixesByConnection(plan);
  return plan.changes.flatMap(({ address, type, action, before, after }) => {
    if (before === undefined || !["update", "delete", "replace"].includes(action)) return [];
    const gone = action !== "update";
    const touched = (fate: LeaseFate, prefixes: readonly string[], tokens = false): TouchedPath[] =>
      prefixes.length === 0 ? [] : [{ address, action, fate, tokens, prefixes }];
    const path = textOf(before["path"]);
    if (mounts.has(type) && path !== undefined) {
      // Vault revokes every lease of a mount that moves.
      const moves = trimmed(path) !== trimmed(textOf(after?.["path"]) ?? path);
      return touched(gone || moves ? "end" : "stay", [`${trimmed(path)}/`]);
    }
    if (mounts.has(type)) return [];
    if (type === connection) {
      const name = textOf(before["name"]);
      const its = roles.get(connectionKey(textOf(before["backend"]), name)) ?? [];
      return touched(gone ? "need-it" : "stay", its);
    }
    if (type === role) {
      const its = roleOf(before);
      return its === undefined ? [] : touched(gone ? "outlive" : "stay", [its.prefix]);
    }
    if (type === "vault_aws_secret_backend_role" && before["credential_type"] === "iam_user") {
      // Its users' leases know by themselves whom to delete. What STS issues can't be ended, so there is nothing to count.
      const its = roleOf(before);
      return its === undefined ? [] : touched(gone ? "outlive" : "stay", [its.prefix]);
    }
    // Whatever changes of a login method, its tokens stay as they are; without it they end.
    if (/^vault_(\w+_)?auth_backend$/.test(type) && gone) {
      return path === undefined ? [] : touched("end", [`auth/${trimmed(path)}/`], true);
    }
    return [];
  });
}

interface RolePath {
  readonly mount: string | undefined;
  readonly connection: string | undefined;
  readonly prefix: string;
}

/** The database roles before the plan: those are what leases were issued by. */
function rolesOf({ changes, resources }: ReviewedPlan): RolePath[] {
  const changed = new Map(changes.map((each) => [each.address, each.before]));
  const before = resources
    .filter(({ type, address }) => type === role && !changed.has(address))
    .map(({ attributes }) => attributes);
  const others = changes.filter(({ type }) => type === role).map((each) => each.before);
  return [...before, ...others].flatMap((attributes) => roleOf(attributes) ?? []);
}

/** Prefixes of the roles of each connection, which a plan can have thousands of. */
function prefixesByConnection(plan: ReviewedPlan): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { mount, connection: name, prefix } of rolesOf(plan)) {
    const key = connectionKey(mount, name);
    const known = found.get(key) ?? [];
    found.set(key, known);
    known.push(prefix);
  }
  return found;
}

function connectionKey(mount: string | undefined, name: string | undefined): string {
  return JSON.stringify([mount ?? null, name ?? null]);
}

function roleOf(attributes: Attributes | undefined): RolePath | undefined {
  const [mount, name] = [textOf(attributes?.["backend"]), textOf(attributes?.["name"])];
  if (mount === undefined || name === undefined) return undefined;
  return { mount, connection: textOf(attributes?.["db_name"]), prefix: `${trimmed(mount)}/creds/${name}/` };
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, "");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
