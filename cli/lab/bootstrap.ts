import type { Client } from "pg";
import { adminPasswordSetting, postgresBootstrap } from "../../constructs/database/statements/postgres-bootstrap";
import { quoteIdentifier } from "../../constructs/database/statements/sql-text";
import type { DatabaseDefinition } from "../../environments/schema";
import type { PostgresServer } from "./postgres-server";

/** The bootstrap of a declared database. */
export function bootstrapOf({ database, admin, bootstrap }: DatabaseDefinition): string {
  return postgresBootstrap({ ...bootstrap, database, adminUsername: admin.username });
}

/** Makes the database where it is missing, and runs the bootstrap in it; safe to repeat. */
export async function applyBootstrap(
  server: PostgresServer,
  declared: DatabaseDefinition,
  adminPassword: string,
): Promise<void> {
  await server.asSuperuser("postgres", (client) => createDatabase(client, declared.database));
  await server.asSuperuser(declared.database, async (client) => {
    await client.query("SELECT set_config($1, $2, false)", [adminPasswordSetting, adminPassword]);
    await client.query(bootstrapOf(declared));
  });
}

async function createDatabase(client: Client, name: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_catalog.pg_database WHERE datname = $1", [name]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
}
