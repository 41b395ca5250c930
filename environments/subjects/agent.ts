import { LeaseholdError, show } from "../../constructs/core/errors";
import { AgentConfiguration } from "../../constructs/server/agent/agent-configuration";
import type { AutoAuthMethod } from "../../constructs/server/agent/auto-auth";
import { databaseTemplate, type DatabaseTemplateOptions } from "../../constructs/server/agent/database-template";
import type { DeclaredMethod } from "../logins/schema";
import type { Environment } from "../schema";

export interface AgentOptions {
  /** The login, as `<method>/<role>`. */
  readonly login: string;
  /** Folder that gets a file for each database role, `<mount>-<role>.json`. @default "/run/<role of the login>" */
  readonly folder?: string;
  /** Folder of the RoleID and SecretID, or of the JWT. @default "/etc/vault-agent" */
  readonly secrets?: string;
}

/** A login's method and role, with what it may have. */
interface Login {
  readonly method: Extract<DeclaredMethod, { method: "approle" | "kubernetes" | "jwt" }>;
  readonly role: {
    readonly name: string;
    readonly credentials?: readonly string[] | undefined;
    readonly allCredentialsOf?: readonly string[] | undefined;
  };
}

/**
 * The agent of a program that an environment lets log in: a file for each database role that it may have users of.
 *
 * @throws LeaseholdError when there is no such login, an agent can't log in so, or it may have no users.
 */
export function agentOf(environment: Environment, options: AgentOptions): AgentConfiguration {
  const where = `environments/${environment.name}`;
  const { method, role } = loginOf(where, environment, options.login);
  const { folder = `/run/${role.name}`, secrets = "/etc/vault-agent" } = options;
  const roles = rolesOf(environment, role);
  if (roles.length === 0) {
    throw new LeaseholdError(
      where,
      `${options.login} may have users of no database role`,
      "grant it some with credentials or allCredentialsOf",
    );
  }
  const { address, namespace, server } = environment.vault;
  return new AgentConfiguration(
    {
      server,
      vault: { address },
      autoAuth: {
        method: { ...methodOf(method, role.name, secrets), ...(namespace === undefined ? {} : { namespace }) },
      },
      templates: roles.map((each) =>
        databaseTemplate({ ...each, destination: `${folder}/${each.mount.replaceAll("/", "-")}-${each.role}.json` }),
      ),
    },
    `${where}: agent of ${options.login}`,
  );
}

function loginOf(where: string, { auth }: Environment, wanted: string): Login {
  const logins = auth.flatMap((method): [string, Login | undefined][] => {
    if (!("roles" in method)) return [];
    const canLogIn = method.method === "approle" || method.method === "kubernetes" || method.method === "jwt";
    return method.roles.map((role) => [`${method.path}/${role.name}`, canLogIn ? { method, role } : undefined]);
  });
  const found = logins.find(([name]) => name === wanted);
  if (found?.[1] !== undefined) return found[1];
  const usable = logins.flatMap(([name, login]) => (login === undefined ? [] : [name]));
  throw new LeaseholdError(
    where,
    found === undefined ? `there is no login ${show(wanted)}` : `${wanted} is no login that an agent can make`,
    usable.length === 0 ? "declare an AppRole, a Kubernetes or a JWT role" : `use one of ${usable.join(", ")}`,
  );
}

function methodOf({ method, path }: Login["method"], role: string, secrets: string): AutoAuthMethod {
  if (method === "kubernetes") return { type: "kubernetes", mount: path, role };
  if (method === "jwt") return { type: "jwt", mount: path, role, jwtFile: `${secrets}/jwt` };
  return { type: "approle", mount: path, roleIdFile: `${secrets}/role-id`, secretIdFile: `${secrets}/secret-id` };
}

/** Dynamic and static roles that the login may have users or passwords of, in the order of their declaration. */
function rolesOf(
  { databases }: Environment,
  { credentials = [], allCredentialsOf = [] }: Login["role"],
): readonly (Pick<DatabaseTemplateOptions, "role" | "isStatic"> & { readonly mount: string })[] {
  const declared = databases.flatMap(({ mount, roles, staticRoles }) => [
    ...roles.map(({ name: role }) => ({ mount, role, isStatic: false })),
    ...staticRoles.map(({ name: role }) => ({ mount, role, isStatic: true })),
  ]);
  return declared.filter(
    ({ mount, role }) => allCredentialsOf.includes(mount) || credentials.includes(`${mount}/${role}`),
  );
}
