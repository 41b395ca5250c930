import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, RowDataPacket } from "mysql2/promise";
import { parseDuration } from "../../constructs/core/duration";
import { messageOf } from "../../constructs/core/errors";
import {
  mysqlBootstrapStatements,
  mySqlAdminPasswordVariable,
} from "../../constructs/database/statements/mysql-bootstrap";
import { quoteMySqlIdentifier, quoteMySqlLiteral } from "../../constructs/database/statements/mysql-text";
import { tablePrivileges, type TableAccess } from "../../constructs/database/statements/statement-set";
import { mysqlUsernameTemplate } from "../../constructs/database/statements/username-template";
import { mysqlBootstrapOptions } from "../../environments/databases/bootstrap";
import type { MySqlDefinition } from "../../environments/databases/schema";
import type { HostEnvironment } from "../../environments/load";
import { type MariaDbBinaries, MariaDbServer } from "../servers/mariadb-server";
import { Container } from "../servers/container";
import { openMariaDbSession, withMariaDbSession } from "../servers/mariadb-session";
import { freePort } from "../servers/ports";
import type { ThrowAway } from "../servers/throw-away";
import type { Outcome } from "./finding";
import type { Probe, ProofSession, ProofTarget, ProvenRole } from "./target";

/** MySQL's numbers for what may not be done. https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html */
const notAllowed = [1044, 1045, 1142, 1143, 1227, 1370, 1410, 1698];
const loginRefused = [1045, 1698, 3118, 4151]; // the last two: the account is locked, in MySQL and in MariaDB

const strangersDatabase = "leasehold_stranger";

/** A server to prove roles on, empty, with a session of root. */
interface EmptyServer {
  /** Such as `MariaDB 10.11.19`. */
  readonly name: string;
  readonly port: number;
  asRoot<T>(use: (connection: Connection) => Promise<T>): Promise<T>;
  /** Whether it has a certificate, which it made itself. */
  readonly tls: boolean;
}

/** Starts the MariaDB that is installed, with the declared databases, bootstrapped twice over. */
export async function startMariaDbTarget(
  place: ThrowAway,
  env: HostEnvironment,
  binaries: MariaDbBinaries,
  definition: MySqlDefinition,
): Promise<ProofTarget> {
  const folder = place.folderFor(definition.name);
  const port = await freePort();
  const server = new MariaDbServer({
    binaries,
    dataFolder: `${folder}/data`,
    logFile: `${folder}/log`,
    port,
    rootPassword: secret(),
    env,
  });
  await server.untilReady(place.keep(await server.launch()));
  // As a fresh installation has it.
  await server.asRoot((connection) => connection.query("CREATE USER ''@'localhost'"));
  return targetOn(
    { name: `MariaDB ${binaries.version}`, port, asRoot: (use) => server.asRoot(use), tls: false },
    definition,
  );
}

/** The image of a declared MySQL. */
export function mysqlImage({ bootstrap }: MySqlDefinition): string {
  return `mysql:${bootstrap.version}`;
}

/** Starts MySQL in a container, with the declared databases, bootstrapped twice over. */
export async function startMySqlTarget(
  place: ThrowAway,
  env: HostEnvironment,
  definition: MySqlDefinition,
): Promise<ProofTarget> {
  const password = secret();
  const container = await Container.start(place, env, {
    image: mysqlImage(definition),
    variables: { MYSQL_ROOT_PASSWORD: password },
    port: 3306,
  });
  const root = {
    host: "127.0.0.1",
    port: container.port,
    user: "root",
    password,
    ssl: { rejectUnauthorized: false },
  };
  const asRoot = <T>(use: (connection: Connection) => Promise<T>) => withMariaDbSession(root, use);
  await untilAnswers(asRoot);
  const name = `MySQL ${definition.bootstrap.version}`;
  return targetOn({ name, port: container.port, asRoot, tls: true }, definition);
}

/** The image listens on its socket alone until it has made its data folder. */
async function untilAnswers(asRoot: EmptyServer["asRoot"]): Promise<void> {
  const end = Date.now() + 180_000;
  for (;;) {
    try {
      await asRoot((connection) => connection.query("SELECT 1"));
      return;
    } catch (thrown) {
      if (Date.now() > end) throw thrown;
      await sleep(500);
    }
  }
}

async function targetOn(server: EmptyServer, definition: MySqlDefinition): Promise<ProofTarget> {
  const password = { admin: secret(), static: secret() };
  const tables = tablesOf(definition);
  await prepare(server, definition, tables, password);
  const ask = (sql: string) =>
    server.asRoot(async (connection) => {
      const [rows] = await connection.query<RowDataPacket[]>({ sql, rowsAsArray: true });
      const value = Array.isArray(rows)
        ? (rows as unknown as (readonly (string | number | null)[])[])[0]?.[0]
        : undefined;
      return value === undefined || value === null ? undefined : String(value);
    });
  return {
    server: server.name,
    connection: {
      plugin_name: "mysql-database-plugin",
      connection_url: `{{username}}:{{password}}@tcp(127.0.0.1:${server.port})/${server.tls ? "?tls=skip-verify" : ""}`,
      username: definition.admin.username,
      password: password.admin,
      username_template: definition.usernameTemplate ?? mysqlUsernameTemplate,
      root_rotation_statements: definition.rootRotationStatements ?? [],
    },
    roles: definition.roles.map((role) => provenRole(role, tables, server)),
    staticRoles: definition.staticRoles,
    staticPassword: password.static,
    logIn: (user, own) => logIn(server, user, own),
    hasUser: async (user) =>
      (await ask(`SELECT 1 FROM mysql.user WHERE user = ${quoteMySqlLiteral(user)}`)) !== undefined,
    validUntil: () => Promise.resolve(undefined), // PASSWORD EXPIRE stands in for it, and a renewal does not move that
    dropUser: async (user) => {
      const host = await ask(`SELECT host FROM mysql.user WHERE user = ${quoteMySqlLiteral(user)}`);
      await ask(`DROP USER ${quoteMySqlLiteral(user)}@${quoteMySqlLiteral(host ?? "%")}`);
    },
    ask,
  };
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}

interface ProbeTable {
  readonly database: string;
  readonly table: string;
}

/** In each database a table that nobody names, the named ones, and a stranger's. */
function tablesOf({ bootstrap, roles }: MySqlDefinition): ProbeTable[] {
  const named = roles.flatMap(({ statements }) => Object.keys(statements.access.tables ?? {}));
  const all = new Set([
    ...bootstrap.databases.map((database) => `${database}.leasehold_there`),
    ...named,
    `${strangersDatabase}.leasehold_secret`,
  ]);
  return [...all].map((name) => {
    const [database = "", table = ""] = name.split(".");
    return { database, table };
  });
}

async function prepare(
  server: EmptyServer,
  definition: MySqlDefinition,
  tables: readonly ProbeTable[],
  password: { readonly admin: string; readonly static: string },
): Promise<void> {
  const bootstrap = () =>
    server.asRoot(async (connection) => {
      await connection.query(`SET ${mySqlAdminPasswordVariable} = ?`, [password.admin]);
      for (const statement of mysqlBootstrapStatements(mysqlBootstrapOptions(definition))) {
        await connection.query(statement);
      }
    });
  await server.asRoot(async (connection) => {
    for (const { username } of definition.staticRoles) {
      await connection.query(`CREATE USER ${quoteMySqlLiteral(username)}@'%' IDENTIFIED BY ?`, [password.static]);
    }
  });
  await bootstrap();
  await server.asRoot(async (connection) => {
    for (const { database, table } of tables) {
      const name = `${quoteMySqlIdentifier(database)}.${quoteMySqlIdentifier(table)}`;
      await connection.query(`CREATE DATABASE IF NOT EXISTS ${quoteMySqlIdentifier(database)}`);
      await connection.query(`CREATE TABLE ${name} (id INT AUTO_INCREMENT PRIMARY KEY, label TEXT) ENGINE=InnoDB`);
      await connection.query(`INSERT INTO ${name} (label) VALUES ('there')`);
    }
  });
  await bootstrap();
}

function provenRole(
  { name, statements, defaultTtl, maxTtl }: MySqlDefinition["roles"][number],
  tables: readonly ProbeTable[],
  { tls }: EmptyServer,
): ProvenRole {
  // Without a certificate, that REQUIRE SSL keeps everybody out says nothing of the role's SQL.
  const creation = statements.creation.map((item) => (tls ? item : item.replace(/ REQUIRE SSL\b/, "")));
  const [migrated] = statements.migrates;
  return {
    name,
    creation,
    revocation: statements.revocation,
    renewal: statements.renewal,
    defaultTtl: parseDuration(name, "defaultTtl", defaultTtl),
    maxTtl: parseDuration(name, "maxTtl", maxTtl),
    probes: [
      ...tables.flatMap((table) => onTable(table, statements.access, statements.migrates)),
      ...[...new Set(tables.map(({ database }) => database))].map((database) => ({
        what: `CREATE TABLE in ${database}`,
        sql: `CREATE TABLE ${quoteMySqlIdentifier(database)}.leasehold_made (id INT)`,
        expected: statements.migrates.includes(database),
        alone: { undo: `DROP TABLE ${quoteMySqlIdentifier(database)}.leasehold_made` },
      })),
      ...beyondTheDatabase,
    ],
    sessions: ["", "BEGIN"],
    ...(migrated === undefined
      ? {}
      : {
          creates: {
            sql: `CREATE TABLE ${quoteMySqlIdentifier(migrated)}.leasehold_kept (id INT)`,
            heir: "nobody", // tables belong to nobody there: that it stays is what counts
            heirQuery: `SELECT 'nobody' FROM information_schema.tables WHERE table_name = 'leasehold_kept'`,
            undo: `DROP TABLE ${quoteMySqlIdentifier(migrated)}.leasehold_kept`,
          },
        }),
  };
}

function onTable({ database, table }: ProbeTable, access: TableAccess, migrates: readonly string[]): Probe[] {
  const name = `${quoteMySqlIdentifier(database)}.${quoteMySqlIdentifier(table)}`;
  const may = [...(access.schemas?.[database] ?? []), ...(access.tables?.[`${database}.${table}`] ?? [])];
  const rows = {
    SELECT: `SELECT * FROM ${name}`,
    INSERT: `INSERT INTO ${name} (label) VALUES ('new')`,
    // Without a WHERE that reads: UPDATE and DELETE alone don't include SELECT.
    UPDATE: `UPDATE ${name} SET label = 'changed'`,
    DELETE: `DELETE FROM ${name}`,
  };
  return [
    ...tablePrivileges.map((privilege) => ({
      what: `${privilege} on ${database}.${table}`,
      sql: rows[privilege],
      expected: may.includes(privilege),
    })),
    {
      what: `ALTER on ${database}.${table}`,
      sql: `ALTER TABLE ${name} ADD COLUMN extra INT`,
      expected: migrates.includes(database),
      alone: { undo: `ALTER TABLE ${name} DROP COLUMN extra` },
    },
    {
      what: `GRANT to others on ${database}.${table}`,
      sql: `GRANT SELECT ON ${name} TO CURRENT_USER()`,
      expected: false,
      alone: {},
    },
  ];
}

const beyondTheDatabase: readonly Probe[] = [
  { what: "CREATE USER", sql: "CREATE USER 'leasehold_made'@'%'", expected: false, alone: {} },
  { what: "CREATE DATABASE", sql: "CREATE DATABASE leasehold_made", expected: false, alone: {} },
  { what: "read passwords", sql: "SELECT * FROM mysql.user", expected: false },
  { what: "change a setting of the server", sql: "SET GLOBAL max_connections = 150", expected: false, alone: {} },
  { what: "read the server's files", sql: "SELECT 'x' INTO OUTFILE '/tmp/leasehold_made'", expected: false, alone: {} },
  { what: "stop the server", sql: "SHUTDOWN", expected: false, alone: {} },
  { what: "outlive its lease", sql: "ALTER USER CURRENT_USER() PASSWORD EXPIRE NEVER", expected: false, alone: {} },
];

async function logIn(server: EmptyServer, user: string, password: string): Promise<ProofSession | undefined> {
  const tls = server.tls ? { ssl: { rejectUnauthorized: false } } : {};
  let connection: Connection;
  try {
    connection = await openMariaDbSession({ host: "127.0.0.1", port: server.port, user, password, ...tls });
  } catch (thrown) {
    if (loginRefused.includes(numberOf(thrown))) return undefined;
    throw thrown;
  }
  return {
    attempt: ({ sql, alone }) => attempt(connection, sql, alone),
    isAlive: () =>
      connection.query("SELECT 1").then(
        () => true,
        () => false,
      ),
    close: () => connection.end().catch(() => connection.destroy()),
  };
}

async function attempt(connection: Connection, sql: string, alone: Probe["alone"]): Promise<Outcome> {
  if (alone === undefined) await connection.query("START TRANSACTION");
  try {
    await connection.query(sql);
    if (alone?.undo !== undefined) await connection.query(alone.undo);
    return { kind: "allowed" };
  } catch (thrown) {
    if (notAllowed.includes(numberOf(thrown))) return { kind: "refused" };
    return { kind: "failed", reason: messageOf(thrown) };
  } finally {
    if (alone === undefined) await connection.query("ROLLBACK");
  }
}

function numberOf(thrown: unknown): number {
  return (thrown as { errno?: number }).errno ?? 0;
}
