import { LeaseholdError } from "../../core/errors";
import { requireName } from "../../core/names";
import { quoteIdentifier, quoteLiteral } from "./sql-text";

/** What the members of a group role may do with the objects of the owner role. */
export type GroupAccess = "read-only" | "read-write";

/** What must stand in a PostgreSQL database before Vault can make users in it. */
export interface PostgresBootstrapOptions {
  /** The database that the users connect to. */
  readonly database: string;
  /** Major version of the server: 14 to 18. Role membership has other options from 16 on. */
  readonly version: number;
  /** Vault's own user: may create roles, is no superuser. */
  readonly adminUsername: string;
  /** The NOLOGIN role that owns the schemas' objects. */
  readonly ownerRole: string;
  /** NOLOGIN group roles by name. */
  readonly groups: Readonly<Record<string, GroupAccess>>;
  /** Schemas that the groups may use; created where they are missing. */
  readonly schemas: readonly string[];
}

/** The setting that carries the admin's password into the script, so that the script itself holds none. */
export const adminPasswordSetting = "leasehold.admin_password";

const tablePrivileges: Readonly<Record<GroupAccess, string>> = {
  "read-only": "SELECT",
  "read-write": "SELECT, INSERT, UPDATE, DELETE",
};

const sequencePrivileges: Readonly<Record<GroupAccess, string>> = {
  "read-only": "SELECT",
  "read-write": "SELECT, USAGE",
};

/**
 * The SQL that a superuser runs once in the database: Vault's admin, the owner role, the group roles, their privileges on what
 * exists and on what the owner role will create; everything is taken from PUBLIC.
 *
 * It is safe to run again: the admin's password is set only when the admin is created, so a rotated password survives.
 * The password is read from the session setting `leasehold.admin_password`.
 *
 * @see https://www.postgresql.org/docs/current/role-membership.html
 * @see https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
 * @throws LeaseholdError when a name or the version can't be used.
 */
export function postgresBootstrap(options: PostgresBootstrapOptions): string {
  const where = `bootstrap of ${options.database}`;
  if (!Number.isInteger(options.version) || options.version < 14 || options.version > 18) {
    throw new LeaseholdError(
      where,
      `version ${options.version} is not supported`,
      "give a PostgreSQL major version from 14 to 18",
    );
  }
  for (const [field, names] of Object.entries({
    database: [options.database],
    adminUsername: [options.adminUsername],
    ownerRole: [options.ownerRole],
    groups: Object.keys(options.groups),
    schemas: options.schemas,
  })) {
    for (const name of names) requireName(where, field, name);
  }
  for (const role of [options.adminUsername, options.ownerRole, ...Object.keys(options.groups)]) {
    if (!/^(pg_|public$|none$)/.test(role)) continue;
    throw new LeaseholdError(
      where,
      `role name ${role} is PostgreSQL's own`,
      "choose a name that is not public, none or pg_...",
    );
  }
  const sections = [
    section("The owner of the objects, and the groups that use them. Nobody logs in as one of these.", [
      ...[options.ownerRole, ...Object.keys(options.groups)].map((role) => createRole(role, "NOLOGIN")),
    ]),
    section(
      "Vault's own user: makes and drops users, is no superuser, never waits long for a lock.",
      adminUser(options),
    ),
    section("The database is closed to everybody who is not named here.", database(options)),
    ...options.schemas.map((schema) => section(`Schema ${schema}.`, schemaPrivileges(options, schema))),
  ];
  return `${sections.join("\n\n")}\n`;
}

function section(title: string, statements: readonly string[]): string {
  return [`-- ${title}`, ...statements].join("\n");
}

/** `CREATE ROLE` has no `IF NOT EXISTS`. */
function createRole(role: string, attributes: string): string {
  return block(
    `IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)}) THEN\n` +
      `    CREATE ROLE ${quoteIdentifier(role)} ${attributes};\n` +
      `  END IF;`,
  );
}

function adminUser({ adminUsername, ownerRole, groups, version }: PostgresBootstrapOptions): string[] {
  const admin = quoteIdentifier(adminUsername);
  const roles = [ownerRole, ...Object.keys(groups)].map(quoteIdentifier).join(", ");
  const membership = version >= 16 ? "WITH ADMIN TRUE, INHERIT FALSE, SET FALSE" : "WITH ADMIN OPTION";
  return [
    block(
      `IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(adminUsername)}) THEN\n` +
        `    EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN PASSWORD %L', ${quoteLiteral(adminUsername)}, ` +
        `pg_catalog.current_setting(${quoteLiteral(adminPasswordSetting)}));\n` +
        `  END IF;`,
    ),
    `ALTER ROLE ${admin} LOGIN CREATEROLE NOSUPERUSER NOCREATEDB NOREPLICATION NOBYPASSRLS;`,
    `ALTER ROLE ${admin} SET lock_timeout = '5s';`,
    `ALTER ROLE ${admin} SET statement_timeout = '30s';`,
    `GRANT pg_signal_backend TO ${admin};`,
    `GRANT ${roles} TO ${admin} ${membership};`,
  ];
}

function database({ database: name, adminUsername, ownerRole, groups }: PostgresBootstrapOptions): string[] {
  const users = [adminUsername, ownerRole, ...Object.keys(groups)].map(quoteIdentifier).join(", ");
  return [
    `REVOKE ALL ON DATABASE ${quoteIdentifier(name)} FROM PUBLIC;`,
    `GRANT CONNECT ON DATABASE ${quoteIdentifier(name)} TO ${users};`,
  ];
}

function schemaPrivileges({ ownerRole, groups }: PostgresBootstrapOptions, schemaName: string): string[] {
  const schema = quoteIdentifier(schemaName);
  const owner = quoteIdentifier(ownerRole);
  const byOwner = `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema}`;
  return [
    `CREATE SCHEMA IF NOT EXISTS ${schema};`,
    `REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC;`,
    `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${owner};`,
    ...Object.entries(groups).flatMap(([groupName, access]) => {
      const group = quoteIdentifier(groupName);
      return [
        `GRANT USAGE ON SCHEMA ${schema} TO ${group};`,
        `GRANT ${tablePrivileges[access]} ON ALL TABLES IN SCHEMA ${schema} TO ${group};`,
        `GRANT ${sequencePrivileges[access]} ON ALL SEQUENCES IN SCHEMA ${schema} TO ${group};`,
        `${byOwner} GRANT ${tablePrivileges[access]} ON TABLES TO ${group};`,
        `${byOwner} GRANT ${sequencePrivileges[access]} ON SEQUENCES TO ${group};`,
      ];
    }),
  ];
}

function block(body: string): string {
  return `DO $bootstrap$\nBEGIN\n  ${body}\nEND\n$bootstrap$;`;
}
