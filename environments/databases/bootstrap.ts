import { LeaseholdError } from "../../constructs/core/errors";
import { mysqlBootstrap, type MySqlBootstrapOptions } from "../../constructs/database/statements/mysql-bootstrap";
import {
  postgresBootstrap,
  type PostgresBootstrapOptions,
} from "../../constructs/database/statements/postgres-bootstrap";
import type { StatementSet, TableAccess } from "../../constructs/database/statements/statement-set";
import type { DatabaseDefinition, MySqlDefinition, PostgresDefinition } from "./schema";

/** What the bootstrap of a declared PostgreSQL database makes: what is declared for it, and what its roles ask for. */
export function postgresBootstrapOptions(database: PostgresDefinition): PostgresBootstrapOptions {
  const { bootstrap, roles } = database;
  const defined = groupsOf(
    `bootstrap of ${database.name}`,
    roles.map(({ statements }) => statements),
  );
  for (const name of Object.keys(defined)) {
    if (Object.hasOwn(bootstrap.groups, name)) throw disagreement(`bootstrap of ${database.name}`, name);
  }
  return {
    database: database.database,
    version: bootstrap.version,
    adminUsername: database.admin.username,
    ownerRole: bootstrap.ownerRole,
    groups: { ...bootstrap.groups, ...defined },
    // Not those that roles ask for: a group that reads every schema would read these too.
    schemas: bootstrap.schemas,
    staticUsers: database.staticRoles.map(({ username }) => username),
    superuserAdmin: bootstrap.superuserAdmin,
  };
}

/** What the bootstrap of a declared MySQL or MariaDB server makes: the databases, and what its roles may pass on. */
export function mysqlBootstrapOptions(database: MySqlDefinition): MySqlBootstrapOptions {
  const sets = database.roles.map(({ statements }) => statements);
  return {
    product: database.engine,
    databases: database.bootstrap.databases,
    adminUsername: database.admin.username,
    access: sets.map(({ access }) => access),
    migrates: [...new Set(sets.flatMap(({ migrates }) => migrates))],
    groups: "groups" in database.bootstrap ? database.bootstrap.groups : {},
  };
}

/** The SQL that prepares a declared database; undefined where the engine has none. */
export function bootstrapOf(database: DatabaseDefinition): string | undefined {
  switch (database.engine) {
    case "postgres":
      return postgresBootstrap(postgresBootstrapOptions(database));
    case "mysql":
    case "mariadb":
      return mysqlBootstrap(mysqlBootstrapOptions(database));
    case "mongodb":
    case "custom":
      return undefined;
  }
}

/** The group roles that statements ask for. Two sets may ask for the same one. */
function groupsOf(where: string, sets: readonly StatementSet[]): Record<string, TableAccess> {
  const groups: Record<string, TableAccess> = {};
  for (const { definedGroups } of sets) {
    for (const [name, access] of Object.entries(definedGroups)) {
      const known = Object.hasOwn(groups, name) ? groups[name] : undefined;
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(access)) throw disagreement(where, name);
      groups[name] = access;
    }
  }
  return groups;
}

function disagreement(where: string, group: string): LeaseholdError {
  return new LeaseholdError(
    where,
    `group role ${group} is asked for twice, with different privileges`,
    "give one of the two another name, or the same privileges",
  );
}
