import { customEngineNames } from "../../database/statements/engine-names";
import { blocksOf, resourcesOf, numberOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";

export const connectionType = "vault_database_secret_backend_connection";
export const roleType = "vault_database_secret_backend_role";
export const staticRoleType = "vault_database_secret_backend_static_role";
/** Declares a mount and its connections at once. */
const mountType = "vault_database_secrets_mount";

export const connectionPage = "https://developer.hashicorp.com/vault/api-docs/secret/databases";
export const providerPage =
  "https://registry.terraform.io/providers/hashicorp/vault/latest/docs/resources/database_secret_backend_connection";

const engines = ["postgresql", "mysql", "mongodb", ...customEngineNames] as const;

export type Engine = (typeof engines)[number];

/** A connection, by whichever of the provider's resources it was declared. */
export interface DeclaredConnection {
  readonly resource: DeclaredResource;
  readonly engine: Engine;
  readonly mount: string;
  readonly name: string;
  /** What the engine's block holds. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What holds `allowed_roles` and what else all engines have. */
  readonly common: Readonly<Record<string, unknown>>;
}

const known = new WeakMap<Declaration, readonly DeclaredConnection[]>();

export function connectionsOf(declaration: Declaration): readonly DeclaredConnection[] {
  const connections = known.get(declaration) ?? readConnections(declaration);
  known.set(declaration, connections);
  return connections;
}

function readConnections(declaration: Declaration): DeclaredConnection[] {
  return resourcesOf(declaration, connectionType, mountType).flatMap((resource) =>
    engines.flatMap((engine) =>
      blocksOf(resource, engine).map((settings) => {
        const common = resource.type === mountType ? settings : resource.arguments;
        return {
          resource,
          engine,
          mount: mountOf(resource.arguments, resource.type === mountType ? "path" : "backend"),
          name: textOf(common, "name") ?? "",
          settings,
          common,
        };
      }),
    ),
  );
}

/** The path of a mount as another resource names it. */
export function mountOf(values: Readonly<Record<string, unknown>>, argument = "backend"): string {
  return (textOf(values, argument) ?? "").replace(/^\/+|\/+$/g, "");
}

/** The connections by mount and name, as roles name them. */
export function connectionsByName(declaration: Declaration): ReadonlyMap<string, DeclaredConnection> {
  return new Map(connectionsOf(declaration).map((each) => [`${each.mount} ${each.name}`, each]));
}

/** The connection of a role, where the stack declares it. */
export function connectionOf(
  role: DeclaredResource,
  connections: ReadonlyMap<string, DeclaredConnection>,
): DeclaredConnection | undefined {
  return connections.get(`${mountOf(role.arguments)} ${textOf(role.arguments, "db_name") ?? ""}`);
}

/** Where the connection leads, as far as its settings show it: hosts with their ports, without user and database. */
export function placeOf({ settings }: DeclaredConnection): string | undefined {
  const url = textOf(settings, "connection_url") ?? textOf(settings, "url");
  if (url !== undefined) return /^(?:\w+(?:\+\w+)?:\/\/)?(?:.*@)?\/*([^/?;]+)/.exec(url)?.[1]?.toLowerCase();
  const hosts = settings["hosts"] ?? settings["host"];
  if (hosts === undefined) return undefined;
  const port = numberOf(settings, "port");
  return `${[hosts].flat().map(String).sort().join(",")}${port === undefined ? "" : `:${port}`}`.toLowerCase();
}

/** The user that Vault logs in as. */
export function adminOf({ engine, settings }: DeclaredConnection): string | undefined {
  return textOf(settings, engine === "mongodbatlas" ? "public_key" : "username");
}
