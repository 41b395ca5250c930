import { Aspects, dependable, TerraformResource, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { isPathInMount, requireMountPath, requireName } from "../core/names";
import { claimName, holderOf } from "../provider/claim";
import { requireRootNamespace } from "../provider/placement";

/** What every quota can be told. */
export interface QuotaOptions {
  /** What Vault calls it. */
  readonly name: string;
  /**
   * The mount that it limits, with `auth/` in front where that is an auth method's: `"database"`, `"auth/approle"`. A mount of the
   * stack is made before the quota. In the root namespace also the path of another one, or of a mount in it. @default the whole
   * server
   */
  readonly path?: string | undefined;
  /** What it limits below the mount, such as `"creds/app-readonly"`, or `"login*"` for all that begins so. @default all of it */
  readonly below?: string | undefined;
  /** Limits logins by this role of an auth method alone, such as of an AppRole. @default all logins */
  readonly role?: string | undefined;
  /**
   * Whether the quota of a namespace counts what its child namespaces ask for too. @default it does for the whole server, and for
   * nothing else
   */
  readonly inheritable?: boolean | undefined;
}

/** The arguments of both kinds of quota that say what is limited. */
export interface QuotaTarget {
  readonly name: string;
  readonly path?: string;
  readonly role?: string;
  readonly inheritable?: boolean;
}

/**
 * What a quota limits, as the provider takes it and reads it back: Vault ends the path of a mount in `/`, and no other.
 *
 * @throws LeaseholdError when a name or a path can't be used, two quotas limit the same, or options exclude each other.
 */
export function requireTarget(quota: Construct, kind: "rate" | "leases", options: QuotaOptions): QuotaTarget {
  const where = quota.node.path;
  const { path, below, role, inheritable } = options;
  const name = requireName(where, "name", options.name);
  requireRootNamespace(quota, `quota ${name}`);
  claimName(quota, `quota of ${kind}`, name);
  const limited = [path ?? "the server", below, role === undefined ? undefined : `role ${role}`];
  if (path !== undefined) requireMountPath(where, "path", path);
  if (below !== undefined) requireBelow(where, path, below);
  if (role !== undefined) requireRole(where, options, role);
  if (inheritable !== undefined) requireInheritable(where, options, inheritable);
  claimName(quota, `limit of ${kind}`, limited.filter((each) => each !== undefined).join(" "));
  return {
    name,
    ...(path === undefined ? {} : { path: `${path}/${below ?? ""}` }),
    ...(role === undefined ? {} : { role }),
    ...(inheritable === undefined ? {} : { inheritable }),
  };
}

function requireBelow(where: string, path: string | undefined, below: string): void {
  if (path === undefined) {
    throw new LeaseholdError(where, `below ${show(below)} is given without path`, "name the mount in path");
  }
  if (isPathInMount(below)) return;
  throw new LeaseholdError(
    where,
    `below ${show(below)} is no path in a mount`,
    'write it without the mount and without "/" at either end, as in "creds/app-readonly", or with * at its end',
  );
}

function requireRole(where: string, { path, below }: QuotaOptions, role: string): void {
  requireName(where, "role", role);
  if (path?.startsWith("auth/") === true && below === undefined) return;
  throw new LeaseholdError(
    where,
    `role ${role} is given ${below === undefined ? `with path ${show(path)}, which is no auth method's` : "together with below"}`,
    'name the method alone, as in path "auth/approle"',
  );
}

function requireInheritable(where: string, { path, below, role }: QuotaOptions, inheritable: boolean): void {
  const [given, remedy] =
    typeof inheritable !== "boolean"
      ? ["is not true or false", "use one of them"]
      : path === undefined && !inheritable
        ? ["is given without path, and what limits the server counts every namespace", "leave it out"]
        : below !== undefined || role !== undefined || path?.startsWith("auth/") === true
          ? ["is given for a part of a mount", "leave it out, or name a namespace in path"]
          : [undefined, ""];
  if (given !== undefined) throw new LeaseholdError(where, `inheritable ${show(inheritable)} ${given}`, remedy);
}

/** Has Terraform make the mount of a quota before it, wherever in the stack that is declared: Vault refuses a path that is none. */
export function waitForMount(quota: TerraformResource, { path }: QuotaOptions): void {
  if (path === undefined) return;
  const stack = TerraformStack.of(quota);
  Aspects.of(quota).add({
    visit: (node: IConstruct) => {
      if (node !== quota) return;
      const mount = mountOf(stack, path);
      // A stack may be synthesised more than once.
      if (mount !== undefined) quota.dependsOn = [...new Set([...(quota.dependsOn ?? []), dependable(mount)])];
    },
  });
}

function mountOf(stack: TerraformStack, path: string): TerraformResource | undefined {
  const holder = path.startsWith("auth/")
    ? holderOf(stack, "auth method", path.slice("auth/".length))
    : holderOf(stack, "mount", path);
  const construct = holder === undefined ? undefined : stack.node.findAll().find(({ node }) => node.path === holder);
  const resource = construct?.node.defaultChild;
  return resource instanceof TerraformResource ? resource : undefined;
}
