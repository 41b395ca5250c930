import type { DatabaseConnection } from "../constructs/database/database-connection";
import type { DatabaseSecretsEngine } from "../constructs/database/database-secrets-engine";
import type { DynamicRole } from "../constructs/database/dynamic-role";
import type { StaticRole } from "../constructs/database/static-role";
import type { DatabaseWithPolicy } from "./declared-system";
import { found } from "./found";

/** What of a namespace, or beside them all, can be named in grants. */
export interface DeclaredDatabases {
  /** Mounts of databases. */
  readonly databases: Map<string, DatabaseSecretsEngine>;
  /** Dynamic and static roles, as `<mount>/<role>`. */
  readonly roles: Map<string, DynamicRole | StaticRole>;
}

/** Declares a database in its mount, which is declared already, with its roles. */
export function declareDatabase(
  { databases, roles }: DeclaredDatabases,
  database: DatabaseWithPolicy,
  preventDestroy: boolean,
): void {
  const { mount } = database;
  const connection = connect(found(databases, mount), database, preventDestroy);
  for (const role of database.roles) roles.set(`${mount}/${role.name}`, connection.addRole(role.name, role));
  for (const role of database.staticRoles) {
    roles.set(`${mount}/${role.name}`, connection.addStaticRole(role.name, role));
  }
}

function connect(
  mount: DatabaseSecretsEngine,
  database: DatabaseWithPolicy,
  preventDestroy: boolean,
): DatabaseConnection {
  switch (database.engine) {
    case "postgres":
      return mount.addPostgres(database.name, { ...database, preventDestroy });
    case "mysql":
    case "mariadb":
      return mount.addMySql(database.name, { ...database, product: database.engine, preventDestroy });
    case "mongodb":
      return mount.addMongoDb(database.name, { ...database, preventDestroy });
    case "custom":
      return mount.addCustom(database.name, { ...database, preventDestroy });
  }
}
