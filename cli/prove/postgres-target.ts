import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { parseDuration } from "../../constructs/core/duration";
import { messageOf } from "../../constructs/core/errors";
import { quoteIdentifier, quoteLiteral } from "../../constructs/database/statements/sql-text";
import { tableName } from "../../constructs/database/statements/table-access";
import { postgresUsernameTemplate } from "../../constructs/database/statements/username-template";
import { declaredAccess } from "../../environments/databases/access";
import { postgresBootstrapOptions } from "../../environments/databases/bootstrap";
import type { PostgresDefinition } from "../../environments/databases/schema";
import type { HostEnvironment } from "../../environments/load";
import { applyBootstrap } from "../bootstrap";
import { freePort } from "../servers/ports";
import { PostgresServer } from "../servers/postgres-server";
import type { SessionOptions } from "../servers/postgres-session";
import type { ThrowAway } from "../servers/throw-away";
import type { Outcome } from "./finding";
import { type PostgresWorld, type ProbeTable, postgresProbes } from "./postgres-probes";
import type { ProofSession, ProofTarget, ProvenRole } from "./target";

/** PostgreSQL's codes. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const insufficientPrivilege = "42501";
const loginRefused = ["28P01", "28000"]; // invalid_password, invalid_authorization_specification

const strangersSchema = "leasehold_stranger";

/** Starts a PostgreSQL of the declared version with the declared database, bootstrapped twice over. */
export async function startPostgresTarget(
  place: ThrowAway,
  env: HostEnvironment,
  definition: PostgresDefinition,
): Promise<ProofTarget> {
  const { version } = definition.bootstrap;
  const folder = place.folderFor(definition.name);
  const password = { superuser: secret(), admin: secret(), static: secret() };
  const port = await freePort();
  const server = new PostgresServer({
    dataFolder: `${folder}/data`,
    logFile: `${folder}/log`,
    port,
    superuserPassword: password.superuser,
    env,
    version,
  });
  await server.untilReady(place.keep(await server.launch(), "SIGINT"));
  const world = worldOf(definition);
  await prepare(server, definition, world, password);
  const session = (user: string, own: string): SessionOptions => ({
    host: "127.0.0.1",
    port,
    database: definition.database,
    user,
    password: own,
  });
  const ask = (sql: string) =>
    server.asSuperuser(definition.database, async (client) => {
      const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
      const value = rows[0]?.[0];
      return value === undefined || value === null ? undefined : `${value as string | number}`;
    });
  return {
    server: `PostgreSQL ${((await ask("SHOW server_version")) ?? "").split(" ")[0]}`,
    connection: {
      plugin_name: "postgresql-database-plugin",
      connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${port}/${definition.database}?sslmode=disable`,
      username: definition.admin.username,
      password: password.admin,
      username_template: definition.usernameTemplate ?? postgresUsernameTemplate,
      password_authentication: definition.passwordAuthentication ?? "scram-sha-256",
      root_rotation_statements: definition.rootRotationStatements ?? [],
    },
    roles: definition.roles.map((role) => provenRole(definition, role, world)),
    staticRoles: definition.staticRoles,
    staticPassword: password.static,
    logIn: (user, own) => logIn(session(user, own)),
    hasUser: async (user) => (await ask(`SELECT 1 FROM pg_roles WHERE rolname = ${quoteLiteral(user)}`)) !== undefined,
    validUntil: async (user) => {
      const seconds = await ask(
        `SELECT extract(epoch FROM rolvaliduntil) FROM pg_roles WHERE rolname = ${quoteLiteral(user)}`,
      );
      return seconds === undefined ? undefined : Number(seconds) * 1000;
    },
    dropUser: async (user) => {
      await ask(`DROP ROLE ${quoteIdentifier(user)}`);
    },
    ask,
  };
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}

/** The tables that users are tried on: two in each schema, one of them made after the bootstrap, the named ones, a stranger's. */
function worldOf(definition: PostgresDefinition): PostgresWorld {
  const { schemas, groups, ownerRole } = postgresBootstrapOptions(definition);
  const named = [...Object.values(groups), ...definition.roles.map(({ statements }) => statements.access)]
    .flatMap((access) => (typeof access === "object" ? Object.keys(access.tables ?? {}) : []))
    .map((table) => tableName(table, "public"));
  const tables = new Map<string, ProbeTable>();
  for (const { schema, name } of [
    ...schemas.flatMap((each) => ["leasehold_there", "leasehold_later"].map((name) => ({ schema: each, name }))),
    ...named,
  ]) {
    tables.set(`${schema}.${name}`, { schema, table: name, owned: true });
  }
  return {
    database: definition.database,
    ownerRole,
    groups: Object.keys(groups),
    schemas,
    tables: [...tables.values(), { schema: strangersSchema, table: "leasehold_secret", owned: false }],
  };
}

/** Bootstrap, tables, and the bootstrap again: as it is run on a database that has yet to be filled, and on one that is. */
async function prepare(
  server: PostgresServer,
  definition: PostgresDefinition,
  world: PostgresWorld,
  password: { readonly admin: string; readonly static: string },
): Promise<void> {
  const staticUsers = definition.staticRoles.map(({ username }) => username);
  await server.asSuperuser("postgres", async (client) => {
    for (const user of staticUsers) {
      await client.query(`CREATE ROLE ${quoteIdentifier(user)} LOGIN PASSWORD ${quoteLiteral(password.static)}`);
    }
  });
  await applyBootstrap(server, definition, password.admin);
  await makeTables(server, world, ({ table }) => table !== "leasehold_later");
  await applyBootstrap(server, definition, password.admin);
  await makeTables(server, world, ({ table }) => table === "leasehold_later");
}

async function makeTables(
  server: PostgresServer,
  { database, ownerRole, tables }: PostgresWorld,
  which: (table: ProbeTable) => boolean,
): Promise<void> {
  await server.asSuperuser(database, async (client) => {
    for (const { schema, table, owned } of tables.filter(which)) {
      const name = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
      if (!owned) await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
      await client.query(owned ? `SET ROLE ${quoteIdentifier(ownerRole)}` : "RESET ROLE");
      await client.query(`CREATE TABLE ${name} (id serial PRIMARY KEY, label text)`);
      await client.query(`INSERT INTO ${name} (label) VALUES ('there')`);
      await client.query("RESET ROLE");
    }
  });
}

function provenRole(
  definition: PostgresDefinition,
  { name, statements, defaultTtl, maxTtl }: PostgresDefinition["roles"][number],
  world: PostgresWorld,
): ProvenRole {
  const access = declaredAccess(definition, statements);
  const { ownerRole } = definition.bootstrap;
  const table = `${quoteIdentifier(world.schemas[0] ?? "public")}.leasehold_made`;
  return {
    name,
    creation: statements.creation,
    revocation: statements.revocation,
    renewal: statements.renewal,
    defaultTtl: parseDuration(name, "defaultTtl", defaultTtl),
    maxTtl: parseDuration(name, "maxTtl", maxTtl),
    probes: postgresProbes(access, world),
    sessions: ["", ...access.memberships.map((group) => `SET ROLE ${quoteIdentifier(group)}`), "BEGIN"],
    ...(access.owns || access.superuser
      ? {
          creates: {
            // In its own name if it can: the case in which the table would stand in the way of dropping the user.
            sql: `SET ROLE NONE; CREATE TABLE ${table} (id integer)`,
            heir: ownerRole,
            heirQuery: `SELECT tableowner FROM pg_tables WHERE tablename = 'leasehold_made'`,
            undo: `DROP TABLE ${table}`,
          },
        }
      : {}),
  };
}

async function logIn(options: SessionOptions): Promise<ProofSession | undefined> {
  const client = new Client({ ...options, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined); // that it ended is seen by the next query
  try {
    await client.connect();
  } catch (thrown) {
    await client.end().catch(() => undefined);
    if (loginRefused.includes((thrown as { code?: string }).code ?? "")) return undefined;
    throw thrown;
  }
  return {
    attempt: ({ sql, alone }) => (alone === undefined ? attempt(client, sql) : attemptAlone(client, sql, alone.undo)),
    isAlive: () =>
      client.query("SELECT 1").then(
        () => true,
        () => false,
      ),
    close: () => client.end().catch(() => undefined),
  };
}

async function attempt(client: Client, sql: string): Promise<Outcome> {
  await client.query("BEGIN");
  try {
    await client.query(sql);
    return { kind: "allowed" };
  } catch (thrown) {
    return outcomeOf(thrown);
  } finally {
    await client.query("ROLLBACK");
    await client.query("RESET ROLE");
  }
}

async function attemptAlone(client: Client, sql: string, undo: string | undefined): Promise<Outcome> {
  try {
    await client.query(sql);
    if (undo !== undefined) await client.query(undo);
    return { kind: "allowed" };
  } catch (thrown) {
    return outcomeOf(thrown);
  }
}

function outcomeOf(thrown: unknown): Outcome {
  if ((thrown as { code?: string }).code === insufficientPrivilege) return { kind: "refused" };
  return { kind: "failed", reason: messageOf(thrown) };
}
