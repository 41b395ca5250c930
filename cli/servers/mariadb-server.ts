import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import type { Connection } from "mysql2/promise";
import { quoteMySqlLiteral } from "../../constructs/database/statements/mysql-text";
import type { HostEnvironment } from "../../environments/load";
import { findCommand, onPath } from "../parts/executables";
import { type Daemon, runOrFail, startDaemon } from "../processes";
import { withMariaDbSession } from "./mariadb-session";
import { giveToUnprivileged, unprivilegedCommand } from "./unprivileged";
import { waitUntilReady } from "./wait";

/** The programs of an installed MariaDB. */
export interface MariaDbBinaries {
  readonly server: string;
  readonly installer: string;
  readonly version: string;
}

/** The certificate that a server shows, as files that `nobody` may read too. */
export interface ServerCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Who signs the clients' certificates. @default clients are not asked for one */
  readonly caFile?: string | undefined;
}

export interface MariaDbServerOptions {
  readonly binaries: MariaDbBinaries;
  readonly dataFolder: string;
  readonly logFile: string;
  readonly port: number;
  /** Of the user root, which can log in from this machine only. */
  readonly rootPassword: string;
  readonly env: HostEnvironment;
  /** @default the server speaks without TLS */
  readonly tls?: ServerCertificate | undefined;
}

/** Debian keeps servers where ordinary users' PATH does not look. */
const serverFolders = ["/usr/sbin", "/usr/local/sbin"];

/**
 * The MariaDB that is installed here; undefined when there is none.
 *
 * @throws LeaseholdError when it is older than 10.11.
 */
export async function findMariaDb(env: HostEnvironment): Promise<MariaDbBinaries | undefined> {
  const wide = { ...env, PATH: [env["PATH"] ?? "", ...serverFolders].join(delimiter) };
  const server = await findCommand(wide, {
    command: "mariadbd",
    versionArguments: ["--no-defaults", "--version"],
    oldest: "10.11",
  });
  const installer = onPath(wide, "mariadb-install-db");
  if (server === undefined || installer === undefined) return undefined;
  return { server: server.path, installer, version: server.version };
}

/** A MariaDB server of our own on loopback, which goes on after this process and reads no configuration of the machine's. */
export class MariaDbServer {
  constructor(private readonly options: MariaDbServerOptions) {}

  /** Starts the server, and makes its data folder the first time. */
  async launch(): Promise<Daemon> {
    const { binaries, dataFolder, logFile, port, env, tls } = this.options;
    if (!existsSync(dataFolder)) await this.makeDataFolder();
    const settings = {
      "bind-address": "127.0.0.1",
      port,
      // Relative to the data folder: the path of a socket ends at 107 characters.
      socket: "mariadb.sock",
      "max-connections": 200,
      "innodb-buffer-pool-size": "32M",
      ...(tls === undefined ? {} : { "ssl-cert": tls.certificateFile, "ssl-key": tls.keyFile }),
      ...(tls?.caFile === undefined ? {} : { "ssl-ca": tls.caFile }),
    };
    const [command, ...rest] = unprivilegedCommand("MariaDB", env, [
      binaries.server,
      "--no-defaults",
      `--datadir=${dataFolder}`,
      "--skip-name-resolve",
      ...Object.entries(settings).map(([key, value]) => `--${key}=${value}`),
    ]);
    return startDaemon(command, rest, { logFile, env, cwd: dirname(dataFolder) });
  }

  /** Waits until a launched server answers. */
  async untilReady(daemon: Daemon): Promise<void> {
    await waitUntilReady({ name: "MariaDB", daemon, logFile: this.options.logFile }, () =>
      this.asRoot((connection) => connection.query("SELECT 1").then(() => true)),
    );
  }

  /** A session of root, closed when `use` is done. */
  async asRoot<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    const { port, rootPassword } = this.options;
    return withMariaDbSession({ host: "127.0.0.1", port, user: "root", password: rootPassword }, use);
  }

  /** In a draft that is renamed when it is whole, so that an interrupted installation is never taken for a data folder. */
  private async makeDataFolder(): Promise<void> {
    const { binaries, dataFolder, rootPassword, env } = this.options;
    const draft = `${dataFolder}.new`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    giveToUnprivileged(draft);
    const cwd = dirname(dataFolder);
    const [install, ...installArguments] = unprivilegedCommand("MariaDB", env, [
      binaries.installer,
      "--no-defaults",
      `--datadir=${draft}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      "--skip-name-resolve",
    ]);
    await runOrFail(install, installArguments, { env, cwd });
    const [bootstrap, ...bootstrapArguments] = unprivilegedCommand("MariaDB", env, [
      binaries.server,
      "--no-defaults",
      `--datadir=${draft}`,
      "--bootstrap",
    ]);
    await runOrFail(bootstrap, bootstrapArguments, { env, cwd, input: onlyRoot(rootPassword) });
    renameSync(draft, dataFolder);
  }
}

/** A server in bootstrap mode knows no users until it is told to; each statement is a line. */
function onlyRoot(password: string): string {
  return [
    "FLUSH PRIVILEGES;",
    `CREATE OR REPLACE USER 'root'@'127.0.0.1' IDENTIFIED BY ${quoteMySqlLiteral(password)};`,
    "GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;",
    "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> '127.0.0.1');",
    "",
  ].join("\n");
}
