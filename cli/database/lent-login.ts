import { LeaseholdError } from "../../constructs/core/errors";
import {
  type DatabaseDefinition,
  isMySql,
  isPostgres,
  type MySqlDefinition,
  type PostgresDefinition,
} from "../../environments/databases/schema";
import type { HostEnvironment } from "../../environments/load";
import type { DatabaseAdministrator } from "./administrator";
import { MySqlAdministrator } from "./mysql-administrator";
import { PostgresAdministrator } from "./postgres-administrator";

/** A login that a person lends to one command. */
export interface LentLogin {
  readonly user?: string;
  readonly host?: string;
  readonly port?: string;
}

const passwordVariable = "LEASEHOLD_DATABASE_PASSWORD";

/**
 * The lent login at work in a declared database.
 *
 * @throws LeaseholdError when the login or its password is missing, or the engine has none that could be lent.
 */
export function administratorOf(
  env: HostEnvironment,
  database: DatabaseDefinition,
  { user, host, port }: LentLogin,
): DatabaseAdministrator {
  if (!isPostgres(database) && !isMySql(database)) {
    throw new LeaseholdError(
      `database ${database.name}`,
      `is of engine ${database.engine}, whose users only its own tools can list and change`,
      "use these; for PostgreSQL, MySQL and MariaDB this command does it",
    );
  }
  const name = user ?? (database.engine === "postgres" ? "postgres" : "root");
  const password = env[passwordVariable];
  if (password === undefined || password === "") {
    throw new LeaseholdError(
      `database ${database.name}`,
      `${passwordVariable} is not set`,
      `set it to the password of ${name}, or of another login that you name with --user`,
    );
  }
  const [firstHost = ""] = typeof database.host === "string" ? [database.host] : database.host;
  const login = { host: host ?? firstHost, user: name, password, ssl: tlsOf(database) };
  const chosenPort = port === undefined ? database.port : requirePort(port);
  return database.engine === "postgres"
    ? new PostgresAdministrator({ ...login, port: chosenPort ?? 5432, database: database.database }, database)
    : new MySqlAdministrator({ ...login, port: chosenPort ?? 3306 }, database.engine);
}

function requirePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new LeaseholdError("--port", `${JSON.stringify(text)} is not a port`, "give a whole number from 1 to 65535");
}

/** As strict as what is declared for Vault. A file on the Vault server is not there for this machine: its own authorities count. */
function tlsOf({ tls = "verify-full", certificateAuthority: authority }: PostgresDefinition | MySqlDefinition) {
  if (tls === "disable") return undefined;
  if (tls === "require") return { rejectUnauthorized: false };
  const ca = authority !== undefined && "pem" in authority ? { ca: authority.pem } : {};
  return tls === "verify-ca" ? { ...ca, checkServerIdentity: () => undefined } : ca;
}
