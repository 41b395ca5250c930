import { existsSync, readFileSync } from "node:fs";
import type { HostEnvironment } from "../../environments/load";
import { type Daemon, isRunning, stopDaemon } from "../processes";
import { requireFreePort } from "../servers/ports";
import { PostgresServer, stopPostgres } from "../servers/postgres-server";
import { VaultServer } from "../servers/vault-server";
import { keptKeys, keyKeeper } from "./kept-keys";
import type { LabFolder } from "./lab-folder";
import type { LabRuntime, LabStates, LogLine, OtherServer, RuntimeDeployment, ServerAddress } from "./lab-runtime";

/** Both servers as processes of this machine, which go on after this one. */
export class ProcessRuntime implements LabRuntime {
  constructor(
    private readonly folder: LabFolder,
    private readonly env: HostEnvironment,
  ) {}

  async startPostgres(): Promise<void> {
    const { postgres, postgresPort } = this.folder.record();
    const daemon = await this.running("postgres", postgres, postgresPort, this.postgres());
    await this.postgres().untilReady(daemon);
  }

  async startVault(): Promise<void> {
    const { vault, vaultPort } = this.folder.record();
    const daemon = await this.running("vault", vault, vaultPort, this.vaultServer());
    await this.vaultServer().untilReady(daemon);
    await this.vaultServer().open(keptKeys(this.folder), keyKeeper(this.folder));
  }

  async states(): Promise<LabStates> {
    const { vault, postgres } = this.folder.record();
    const running = vault !== undefined && (await isRunning(vault));
    const sealed = running && (await this.vaultServer().client.sealStatus()).sealed;
    return {
      vault: !running ? "stopped" : sealed ? "sealed" : "ready",
      postgres: postgres !== undefined && (await isRunning(postgres)) ? "ready" : "stopped",
    };
  }

  logs(lines: number): Promise<readonly LogLine[]> {
    const all = ["vault", "postgres"].flatMap((server) => {
      const file = this.folder.at("logs", `${server}.log`);
      const text = existsSync(file) ? readFileSync(file, "utf8").trimEnd() : "";
      if (text === "") return [];
      return text
        .split("\n")
        .slice(-lines)
        .map((line) => ({ server, line }));
    });
    return Promise.resolve(all);
  }

  async stop(): Promise<void> {
    const record = this.folder.readRecord();
    if (record?.vault !== undefined) await stopDaemon(record.vault);
    if (record?.postgres !== undefined) await stopPostgres(record.postgres);
    if (record !== undefined) this.folder.writeRecord({ ...record, vault: undefined, postgres: undefined });
  }

  /** Everything lies in the lab's folder. */
  remove(): Promise<void> {
    return Promise.resolve();
  }

  postgres(): PostgresServer {
    return new PostgresServer({
      dataFolder: this.folder.at("postgres"),
      logFile: this.folder.at("logs", "postgres.log"),
      port: this.folder.record().postgresPort,
      superuserPassword: this.folder.secrets().postgresSuperuserPassword,
      env: this.env,
    });
  }

  postgresForVault(): ServerAddress {
    return { host: "127.0.0.1", port: this.folder.record().postgresPort };
  }

  deployment(): RuntimeDeployment {
    return { overrides: {}, variables: {} };
  }

  /** No process of the lab logs in. */
  deliverLogins(): Promise<void> {
    return Promise.resolve();
  }

  commandLine(): string {
    return this.folder.record().binary;
  }

  others(): Promise<readonly OtherServer[]> {
    return Promise.resolve([]);
  }

  private vaultServer(): VaultServer {
    const { binary: path, product, version, vaultPort, clusterPort } = this.folder.record();
    return new VaultServer({
      binary: { path, product, version },
      folder: this.folder.at("vault"),
      logFile: this.folder.at("logs", "vault.log"),
      port: vaultPort,
      clusterPort,
      env: this.env,
    });
  }

  /** The server's process, which is written down as soon as it is there, so that an interrupted start leaves none unknown. */
  private async running(
    kind: "vault" | "postgres",
    known: Daemon | undefined,
    port: number,
    server: { launch(): Promise<Daemon> },
  ): Promise<Daemon> {
    if (known !== undefined && (await isRunning(known))) return known;
    await requireFreePort(
      `${kind} of lab ${this.folder.name}`,
      port,
      `end that process, or run "leasehold lab reset --name ${this.folder.name}" to get new ports`,
    );
    const daemon = await server.launch();
    this.folder.note({ [kind]: daemon });
    return daemon;
  }
}
