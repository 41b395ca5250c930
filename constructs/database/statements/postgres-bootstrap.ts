import { LeaseholdError } from "../../core/errors";
import { requireName } from "../../core/names";
import { quoteIdentifier, quoteLiteral } from "./sql-text";
import type { TableAccess, TablePrivilege } from "./statement-set";
import { onEach, readPrivileges, requireTableAccess, schemasOf, tableName, writePrivileges } from "./table-access";

/**
 * What the members of a group role may do with the objects of the owner role: read or write all tables of the bootstrap's
 * schemas, or what is named.
 */
export type GroupAccess = "read-only" | "read-write" | TableAccess;

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
  /** Schemas that read-only and read-write groups may use; created where they are missing, as are those of the other groups. */
  readonly schemas: readonly string[];
  /** Users that exist already and whose passwords Vault is to rotate. @default none */
  readonly staticUsers?: readonly string[];
  /** Why the admin is a superuser: superusers can be made by superusers only. @default it is none */
  readonly superuserAdmin?: string | undefined;
}

/** The setting that carries the admin's password into the script, so that the script itself holds none. */
export const adminPasswordSetting = "leasehold.admin_password";

/**
 * The SQL that a superuser runs once in the database: Vault's admin, the owner role, the group roles, their privileges on what
 * exists and on what the owner role will create; everything is taken from PUBLIC.
 *
 * It is one transaction, and safe to run again: the groups then have what is declared and no more; the admin's password is set
 * only when the admin is created, so a rotated password survives. A named table that does not exist yet is passed over with a
 * notice. The password is read from the session setting `leasehold.admin_password`.
 *
 * @see https://www.postgresql.org/docs/current/role-membership.html
 * @see https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
 * @throws LeaseholdError when a name, an access or the version can't be used.
 */
export function postgresBootstrap(options: PostgresBootstrapOptions): string {
  requireUsable(options);
  const groups = Object.entries(options.groups).map(([name, access]) => ({ name, ...spelledOut(access, options) }));
  const sections = [
    section("The owner of the objects, and the groups that use them. Nobody logs in as one of these.", [
      ...[options.ownerRole, ...Object.keys(options.groups)].map((role) => createRole(role, "NOLOGIN")),
    ]),
    section(
      options.superuserAdmin === undefined
        ? "Vault's own user: makes and drops users, is no superuser, never waits long for a lock."
        : "Vault's own user: a superuser, since it makes superusers. It never waits long for a lock.",
      adminUser(options),
    ),
    section("The database is closed to everybody who is not named here.", database(options)),
    ...[...new Set([...options.schemas, ...groups.flatMap(schemasOf)])].map((schema) =>
      section(`Schema ${schema}.`, schemaPrivileges(options, schema)),
    ),
    ...groups.map((group) =>
      section(`What members of ${group.name} may do, and nothing else.`, groupPrivileges(options, group)),
    ),
  ];
  return `BEGIN;\n\n${sections.join("\n\n")}\n\nCOMMIT;\n`;
}

function requireUsable(options: PostgresBootstrapOptions): void {
  const where = `bootstrap of ${options.database}`;
  if (!Number.isInteger(options.version) || options.version < 14 || options.version > 18) {
    throw new LeaseholdError(
      where,
      `version ${options.version} is not supported`,
      "give a PostgreSQL major version from 14 to 18",
    );
  }
  const groups = Object.keys(options.groups);
  for (const [field, names] of Object.entries({
    database: [options.database],
    adminUsername: [options.adminUsername],
    ownerRole: [options.ownerRole],
    groups,
    schemas: options.schemas,
    staticUsers: options.staticUsers ?? [],
  })) {
    for (const name of names) requireName(where, field, name);
  }
  const roles = [options.adminUsername, options.ownerRole, ...groups, ...(options.staticUsers ?? [])];
  for (const [at, role] of roles.entries()) {
    if (roles.indexOf(role) < at) {
      throw new LeaseholdError(
        where,
        `role name ${role} stands for two of adminUsername, ownerRole, groups and staticUsers`,
        "give each a name of its own",
      );
    }
    if (!/^(pg_|public$|none$)/.test(role)) continue;
    throw new LeaseholdError(
      where,
      `role name ${role} is PostgreSQL's own`,
      "choose a name that is not public, none or pg_...",
    );
  }
  for (const [name, access] of Object.entries(options.groups)) {
    if (typeof access === "object") requireTableAccess(`${where}, groups.${name}`, access);
  }
}

interface Group {
  readonly name: string;
  readonly schemas: Readonly<Record<string, readonly TablePrivilege[]>>;
  readonly tables: Readonly<Record<string, readonly TablePrivilege[]>>;
}

/** What a group may do, schema by schema and table by table. */
export function spelledOut(
  access: GroupAccess,
  { schemas }: Pick<PostgresBootstrapOptions, "schemas">,
): Required<TableAccess> {
  if (access === "read-only") return { schemas: onEach(schemas, readPrivileges), tables: {} };
  if (access === "read-write") return { schemas: onEach(schemas, writePrivileges), tables: {} };
  return { schemas: access.schemas ?? {}, tables: access.tables ?? {} };
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

function adminUser(options: PostgresBootstrapOptions): string[] {
  const { adminUsername, ownerRole, groups, version, staticUsers = [], superuserAdmin } = options;
  const admin = quoteIdentifier(adminUsername);
  const roles = [ownerRole, ...Object.keys(groups)].map(quoteIdentifier).join(", ");
  const power = superuserAdmin === undefined ? "NOSUPERUSER" : "SUPERUSER";
  return [
    block(
      `IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(adminUsername)}) THEN\n` +
        `    EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN PASSWORD %L', ${quoteLiteral(adminUsername)}, ` +
        `pg_catalog.current_setting(${quoteLiteral(adminPasswordSetting)}));\n` +
        `  END IF;`,
    ),
    `ALTER ROLE ${admin} LOGIN CREATEROLE ${power} NOCREATEDB NOREPLICATION NOBYPASSRLS;`,
    `ALTER ROLE ${admin} SET lock_timeout = '5s';`,
    `ALTER ROLE ${admin} SET statement_timeout = '30s';`,
    `GRANT pg_signal_backend TO ${admin};`,
    `GRANT ${roles} TO ${admin} ${membership(version)};`,
    ...staticUsers.map((user) => staticUser(user, options)),
  ];
}

/** Vault's admin may alter it: before 16, CREATEROLE alone lets it. It goes on connecting, by a right of its own now. */
function staticUser(user: string, { database: name, adminUsername, version }: PostgresBootstrapOptions): string {
  const own = quoteIdentifier(user);
  return block(
    `IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(user)}) THEN\n` +
      `    GRANT CONNECT ON DATABASE ${quoteIdentifier(name)} TO ${own};\n` +
      (version >= 16 ? `    GRANT ${own} TO ${quoteIdentifier(adminUsername)} ${membership(version)};\n` : "") +
      `  ELSE\n` +
      `    RAISE NOTICE 'user % does not exist yet: run this again when it does', ${quoteLiteral(user)};\n` +
      `  END IF;`,
  );
}

/** It may hand the roles on, and not use them itself. */
function membership(version: number): string {
  return version >= 16 ? "WITH ADMIN TRUE, INHERIT FALSE, SET FALSE" : "WITH ADMIN OPTION";
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
  const [owner, byOwner] = [quoteIdentifier(ownerRole), byOwnerIn(ownerRole, schema)];
  const members = Object.keys(groups).map(quoteIdentifier).join(", ");
  return [
    `CREATE SCHEMA IF NOT EXISTS ${schema};`,
    `REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC;`,
    `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${owner};`,
    // Taken back first, in the same transaction, so that a group keeps nothing that is declared no more.
    ...(members === ""
      ? []
      : [
          `REVOKE ALL ON SCHEMA ${schema} FROM ${members};`,
          ...["TABLES", "SEQUENCES"].flatMap((kind) => [
            `REVOKE ALL ON ALL ${kind} IN SCHEMA ${schema} FROM ${members};`,
            `${byOwner} REVOKE ALL ON ${kind} FROM ${members};`,
          ]),
        ]),
  ];
}

function byOwnerIn(ownerRole: string, quotedSchema: string): string {
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(ownerRole)} IN SCHEMA ${quotedSchema}`;
}

function groupPrivileges({ ownerRole }: PostgresBootstrapOptions, { name, schemas, tables }: Group): string[] {
  const group = quoteIdentifier(name);
  const named = Object.entries(tables).map(([table, privileges]) => ({ ...tableName(table, "public"), privileges }));
  return [
    ...schemasOf({ schemas, tables }).map((schema) => `GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${group};`),
    ...Object.entries(schemas).flatMap(([schemaName, privileges]) => {
      const schema = quoteIdentifier(schemaName);
      return [
        ["TABLES", privileges.join(", ")],
        ["SEQUENCES", sequencePrivileges(privileges)],
      ].flatMap(([kind, list]) => [
        `GRANT ${list} ON ALL ${kind} IN SCHEMA ${schema} TO ${group};`,
        `${byOwnerIn(ownerRole, schema)} GRANT ${list} ON ${kind} TO ${group};`,
      ]);
    }),
    ...named.map((table) => onTable(table, group)),
  ];
}

function sequencePrivileges(privileges: readonly TablePrivilege[]): string {
  return privileges.includes("INSERT") ? "SELECT, USAGE" : "SELECT";
}

/** Privileges on one table; where it is inserted into, its columns' sequences too. */
function onTable(
  {
    schema,
    name,
    privileges,
  }: { readonly schema: string; readonly name: string; readonly privileges: readonly TablePrivilege[] },
  group: string,
): string {
  const table = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  const sequences =
    `    FOR owned IN SELECT d.objid::pg_catalog.regclass AS sequence FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid\n` +
    `      WHERE d.refobjid = target AND d.deptype IN ('a', 'i') AND c.relkind = 'S' LOOP\n` +
    `      EXECUTE pg_catalog.format('GRANT USAGE ON SEQUENCE %s TO %s', owned.sequence, ${quoteLiteral(group)});\n` +
    `    END LOOP;\n`;
  return block(
    `IF target IS NULL THEN\n` +
      `    RAISE NOTICE 'table % does not exist yet: run this again when it does', ${quoteLiteral(table)};\n` +
      `  ELSE\n` +
      `    GRANT ${privileges.join(", ")} ON ${table} TO ${group};\n` +
      (privileges.includes("INSERT") ? sequences : "") +
      `  END IF;`,
    [`target oid := pg_catalog.to_regclass(${quoteLiteral(table)});`, `owned record;`],
  );
}

function block(body: string, declarations: readonly string[] = []): string {
  const declare = declarations.length > 0 ? `DECLARE\n${declarations.map((each) => `  ${each}\n`).join("")}` : "";
  return `DO $bootstrap$\n${declare}BEGIN\n  ${body}\nEND\n$bootstrap$;`;
}
