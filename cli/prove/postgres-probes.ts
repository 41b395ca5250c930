import { quoteIdentifier, quoteLiteral } from "../../constructs/database/statements/sql-text";
import { tablePrivileges } from "../../constructs/database/statements/statement-set";
import { type DeclaredAccess, mayUse } from "../../environments/databases/access";
import type { Probe } from "./target";

/** A table that users are tried on. */
export interface ProbeTable {
  readonly schema: string;
  readonly table: string;
  /** Whether the owner role owns it; the others are a stranger's, and nobody may do anything with them. */
  readonly owned: boolean;
}

export interface PostgresWorld {
  readonly database: string;
  readonly ownerRole: string;
  readonly groups: readonly string[];
  readonly schemas: readonly string[];
  readonly tables: readonly ProbeTable[];
}

/** All that a user is tried with: what the role declares it may do, and whatever else it might. */
export function postgresProbes(access: DeclaredAccess, world: PostgresWorld): Probe[] {
  const { owns, superuser } = access;
  return [
    ...world.tables.flatMap((table) => onTable(table, access)),
    ...world.schemas.map((schema) => ({
      what: `CREATE TABLE in ${schema}`,
      sql: `CREATE TABLE ${quoteIdentifier(schema)}.leasehold_made (id integer)`,
      expected: owns || superuser,
    })),
    ...[world.ownerRole, ...world.groups].map((role) => ({
      what: `SET ROLE ${role}`,
      sql: `SET ROLE ${quoteIdentifier(role)}`,
      expected: access.memberships.includes(role) || superuser,
    })),
    ...beyondTheDatabase(world).map((probe) => ({ ...probe, expected: superuser })),
  ];
}

function onTable({ schema, table, owned }: ProbeTable, access: DeclaredAccess): Probe[] {
  const name = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const all = access.superuser || (access.owns && owned);
  const rows = {
    SELECT: `SELECT * FROM ${name}`,
    INSERT: `INSERT INTO ${name} (label) VALUES ('new')`,
    UPDATE: `UPDATE ${name} SET label = 'changed'`,
    DELETE: `DELETE FROM ${name}`,
  };
  return [
    ...tablePrivileges.map((privilege) => ({
      what: `${privilege} on ${schema}.${table}`,
      sql: rows[privilege],
      expected: all || (owned && mayUse(access, { schema, table }, privilege)),
    })),
    ...[
      ["TRUNCATE", `TRUNCATE ${name}`],
      ["ALTER", `ALTER TABLE ${name} ADD COLUMN extra integer`],
      ["DROP", `DROP TABLE ${name}`],
      ["GRANT to others", handOn(name)],
    ].map(([what, sql]) => ({ what: `${what} on ${schema}.${table}`, sql: sql ?? "", expected: all })),
  ];
}

/** To whom may not, PostgreSQL only gives a warning: whether it took effect must be asked. */
function handOn(name: string): string {
  return `DO $probe$ BEGIN
    GRANT SELECT ON ${name} TO pg_monitor;
    IF NOT pg_catalog.has_table_privilege('pg_monitor', ${quoteLiteral(name)}, 'SELECT') THEN
      RAISE insufficient_privilege;
    END IF;
  END $probe$`;
}

/** What only a superuser may do: people, files, settings, other databases. */
function beyondTheDatabase({ database, groups, ownerRole }: PostgresWorld): Omit<Probe, "expected">[] {
  return [
    { what: "CREATE ROLE", sql: "CREATE ROLE leasehold_made" },
    { what: "CREATE SCHEMA", sql: "CREATE SCHEMA leasehold_made" },
    { what: "CREATE TEMPORARY TABLE", sql: "CREATE TEMPORARY TABLE leasehold_made (id integer)" },
    { what: "CREATE EXTENSION", sql: "CREATE EXTENSION pg_trgm" },
    {
      what: "CREATE DATABASE",
      sql: "CREATE DATABASE leasehold_made",
      alone: { undo: "DROP DATABASE leasehold_made" },
    },
    { what: "ALTER SYSTEM", sql: "ALTER SYSTEM SET work_mem = '8MB'", alone: { undo: "ALTER SYSTEM RESET work_mem" } },
    { what: "outlive its lease", sql: "ALTER ROLE CURRENT_USER VALID UNTIL 'infinity'" },
    { what: "pass on a group role", sql: `GRANT ${quoteIdentifier(groups[0] ?? ownerRole)} TO pg_monitor` },
    { what: "read passwords", sql: "SELECT rolpassword FROM pg_catalog.pg_authid" },
    { what: "read the server's files", sql: "SELECT pg_catalog.pg_read_file('PG_VERSION')" },
    { what: "run a program", sql: "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'" },
    { what: "ALTER DATABASE", sql: `ALTER DATABASE ${quoteIdentifier(database)} CONNECTION LIMIT 5` },
  ];
}
