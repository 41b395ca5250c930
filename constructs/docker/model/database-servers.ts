import { LeaseholdError, show } from "../../core/errors";
import { requireChoice } from "../../core/choices";
import type { ContainerModel, HealthCheck } from "./container-model";
import { type StackDatabase, stackDatabases, type StackImage } from "./images";
import type { PasswordFile } from "./secrets";

/** A database server of the stack, on a volume of its own. Its administrator's password is the secret `<engine>-password`. */
export interface StackDatabaseServer {
  /** It is also the name of the container, and the host under which Vault reaches it. One server for each engine. */
  readonly engine: StackDatabase;
  /** Port of 127.0.0.1 that leads to it. @default none: only containers of the stack reach it */
  readonly port?: number;
  /** The database that it is made with. @default none besides those that the server has */
  readonly database?: string;
}

/** How the image of an engine is run. */
interface Engine {
  /** The user of the image who owns the folder of the data. */
  readonly user: string;
  /** Where the server listens. */
  readonly port: number;
  /** The folder that is a volume. */
  readonly data: string;
  /** The administrator that the image makes. */
  readonly administrator: string;
  /** Variables that name the file of the administrator's password, the database that is made, and the administrator. */
  readonly variables: { readonly password: string; readonly database: string; readonly administrator?: string };
  /**
   * While it makes the database, the image runs a server on its socket, or on 127.0.0.1 (MongoDB): whoever asks there takes it for
   * ready, and loses the connection. So the question goes over the network.
   */
  readonly ready: readonly string[];
}

/**
 * @see https://hub.docker.com/_/postgres
 * @see https://hub.docker.com/_/mariadb
 * @see https://hub.docker.com/_/mysql
 * @see https://hub.docker.com/_/mongo
 */
const engines: Readonly<Record<StackDatabase, Engine>> = {
  postgres: {
    user: "postgres",
    port: 5432,
    // Since 18 the volume is the folder around the data, which is named after the major version.
    data: "/var/lib/postgresql",
    administrator: "postgres",
    variables: { password: "POSTGRES_PASSWORD_FILE", database: "POSTGRES_DB", administrator: "POSTGRES_USER" },
    ready: ["pg_isready", "--quiet", "--host=127.0.0.1"],
  },
  mariadb: {
    user: "mysql",
    port: 3306,
    data: "/var/lib/mysql",
    administrator: "root",
    variables: { password: "MARIADB_ROOT_PASSWORD_FILE", database: "MARIADB_DATABASE" },
    ready: ["mariadb-admin", "ping", "--silent", "--protocol=tcp", "--host=127.0.0.1"],
  },
  mysql: {
    user: "mysql",
    port: 3306,
    data: "/var/lib/mysql",
    administrator: "root",
    variables: { password: "MYSQL_ROOT_PASSWORD_FILE", database: "MYSQL_DATABASE" },
    ready: ["mysqladmin", "ping", "--silent", "--protocol=tcp", "--host=127.0.0.1"],
  },
  mongodb: {
    user: "mongodb",
    port: 27_017,
    data: "/data/db",
    administrator: "root",
    variables: {
      password: "MONGO_INITDB_ROOT_PASSWORD_FILE",
      database: "MONGO_INITDB_DATABASE",
      administrator: "MONGO_INITDB_ROOT_USERNAME",
    },
    ready: ["mongosh", "--quiet", "--norc", "mongodb://mongodb:27017/admin", "--eval", "db.runCommand({ ping: 1 })"],
  },
};

/** Who administers a database server of the stack, and where it listens in the stack's network. */
export function administratorOf(engine: StackDatabase): { readonly username: string; readonly port: number } {
  const { administrator, port } = engines[engine];
  return { username: administrator, port };
}

/** The secret with the administrator's password. */
export function passwordOf(server: string): PasswordFile {
  return { holds: "password", name: `${server}-password` };
}

/** The containers of the databases that are asked for. */
export function databaseServers(
  where: string,
  databases: readonly StackDatabaseServer[],
  images: Readonly<Record<StackImage, string>>,
): readonly ContainerModel[] {
  return databases.map(({ engine, port, database }, at) => {
    requireChoice(where, `databases[${at}].engine`, engine, stackDatabases);
    if (databases.findIndex((other) => other.engine === engine) < at) {
      throw new LeaseholdError(
        where,
        `databases[${at}] is another ${engine}`,
        "use one server for each engine, with several databases on it",
      );
    }
    if (database !== undefined) requireDatabaseName(where, `databases[${at}].database`, database);
    return databaseServer(engine, engine, images[engine], {
      ports: port === undefined ? [] : [{ host: port, container: engines[engine].port }],
      ...(database === undefined ? {} : { database }),
    });
  });
}

/** A container of a database, whatever it is for. */
export function databaseServer(
  name: string,
  engine: StackDatabase,
  image: string,
  options: Partial<Pick<ContainerModel, "files" | "ports">> & {
    readonly database?: string;
    /** @default the image's own */
    readonly administrator?: string;
  } = {},
): ContainerModel {
  const { user, data, administrator, variables, ready } = engines[engine];
  const secret = passwordOf(name);
  const path = `/run/secrets/${secret.name}`;
  return {
    name,
    image,
    user,
    variables: {
      [variables.password]: path,
      ...(variables.administrator === undefined
        ? {}
        : { [variables.administrator]: options.administrator ?? administrator }),
      ...(options.database === undefined ? {} : { [variables.database]: options.database }),
    },
    files: options.files ?? [],
    secrets: [{ name: secret.name, path }],
    volumes: [{ volume: name, path: data }],
    ports: options.ports ?? [],
    healthCheck: answers(ready),
    capabilities: [],
    startsAfter: [],
  };
}

/** A slow machine takes half a minute to make a database, and MySQL longer than that. */
function answers(command: readonly string[]): HealthCheck {
  return { command, interval: 2, timeout: 10, retries: 15, startPeriod: 60 };
}

function requireDatabaseName(where: string, field: string, name: string): void {
  if (typeof name === "string" && /^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name)) return;
  throw new LeaseholdError(
    where,
    `${field} ${show(name)} is no name that a database can be made with`,
    "use letters, digits and _, beginning with a letter, 63 characters at most",
  );
}
