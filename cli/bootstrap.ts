import type { Client } from "pg";
import { adminPasswordSetting, postgresBootstrap } from "../constructs/database/statements/postgres-bootstrap";
import { quoteIdentifier } from "../constructs/database/statements/sql-text";
import { postgresBootstrapOptions } from "../environments/databases/bootstrap";
import type { PostgresDefinition } from "../environments/databases/schema";
import type { SuperuserSessions } from "./servers/postgres-session";

/** Makes the database where it is missing, and runs the bootstrap in it; safe to repeat. */
export async function applyBootstrap(
  server: SuperuserSessions,
  declared: PostgresDefinition,
  adminPassword: string,
): Promise<void> {
  await server.asSuperuser("postgres", (client) => createDatabase(client, declared.database));
  await server.asSuperuser(declared.database, async (client) => {
    await client.query("SELECT set_config($1, $2, false)", [adminPasswordSetting, adminPassword]);
    await client.query(postgresBootstrap(postgresBootstrapOptions(declared)));
  });
}

/** Gives Vault's admin a password that is known again. */
export async function resetAdminPassword(
  server: SuperuserSessions,
  { database, admin }: PostgresDefinition,
  password: string,
): Promise<void> {
  await server.asSuperuser(database, async (client) => {
    const { rows } = await client.query<{ statement: string }>(
      "SELECT pg_catalog.format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text) AS statement",
      [admin.username, password],
    );
    await client.query(rows[0]?.statement ?? "");
  });
}

async function createDatabase(client: Client, name: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_catalog.pg_database WHERE datname = $1", [name]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
}
