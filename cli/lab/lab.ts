import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { LeaseholdError } from "../../constructs/core/errors";
import type { CliContext } from "../context";
import { lock } from "../lock";
import type { VaultBinary } from "../parts/vault-binary";
import { type Daemon, isRunning, stopDaemon } from "../processes";
import type { VaultClient } from "../vault-client";
import { LabFolder, type LabRecord, type LabSecrets } from "./lab-folder";
import { freePort, requireFreePort } from "../servers/ports";
import { PostgresServer, stopPostgres } from "../servers/postgres-server";
import { VaultServer } from "../servers/vault-server";

export interface LabPorts {
  readonly vault?: number;
  readonly postgres?: number;
}

export interface LabStatus {
  readonly name: string;
  readonly product: string;
  readonly version: string;
  /** The server's program, which is its command line too. */
  readonly binary: string;
  readonly vault: { readonly address: string; readonly state: "stopped" | "sealed" | "ready" };
  readonly postgres: { readonly host: string; readonly port: number; readonly state: "stopped" | "ready" };
}

/** A Vault and a PostgreSQL of one's own on this machine: its folder and its servers. */
export class Lab {
  readonly folder: LabFolder;

  /**
   * @throws LeaseholdError when the name can't be used.
   */
  constructor(
    private readonly context: CliContext,
    readonly name: string,
  ) {
    this.folder = new LabFolder(context.root, name);
  }

  /**
   * Keeps other commands out of this lab while `use` works on it.
   *
   * @throws LeaseholdError when another command does so already.
   */
  async exclusively<T>(use: () => Promise<T>): Promise<T> {
    this.folder.make();
    const release = await lock(this.folder.at(".lock"));
    if (release === undefined) {
      throw new LeaseholdError(`lab ${this.name}`, "another command works on it", "wait until that one has ended");
    }
    try {
      return await use();
    } finally {
      release();
    }
  }

  /**
   * Writes down the server and the ports of a new lab, or takes up those of the one that is there.
   *
   * @throws LeaseholdError when a chosen port is taken, or the lab runs another product.
   */
  async prepare(binary: VaultBinary, ports: LabPorts = {}): Promise<void> {
    const known = this.folder.readRecord();
    if (known !== undefined && known.product !== binary.product) {
      throw new LeaseholdError(
        `lab ${this.name}`,
        `was made with ${known.product}, and ${binary.product} can't open its data`,
        `choose --server ${known.product}, another --name, or "leasehold lab reset --name ${this.name}"`,
      );
    }
    await this.requireUsablePorts(ports, known);
    // Before the record: a lab that has one has its secrets too, or has lost them.
    if (known !== undefined) this.secrets();
    else this.folder.writeSecrets({ postgresSuperuserPassword: randomPassword(), adminPassword: randomPassword() });
    this.folder.writeRecord({
      ...known,
      product: binary.product,
      binary: binary.path,
      version: binary.version,
      vaultPort: ports.vault ?? known?.vaultPort ?? (await freePort()),
      clusterPort: known?.clusterPort ?? (await freePort()),
      postgresPort: ports.postgres ?? known?.postgresPort ?? (await freePort()),
    });
  }

  /** Starts PostgreSQL unless it runs. */
  async startPostgres(): Promise<void> {
    const { postgres, postgresPort } = this.record();
    const daemon = await this.running("postgres", postgres, postgresPort, this.postgres());
    await this.postgres().untilReady(daemon);
  }

  /** Starts Vault unless it runs, initialises it the first time, and unseals it. */
  async startVault(): Promise<void> {
    const { vault, vaultPort } = this.record();
    const daemon = await this.running("vault", vault, vaultPort, this.vaultServer());
    await this.vaultServer().untilReady(daemon);
    const { unsealKeys, rootToken } = this.secrets();
    const known = unsealKeys !== undefined && rootToken !== undefined ? { unsealKeys, rootToken } : undefined;
    await this.vaultServer().open(known, (keys) =>
      this.folder.writeSecrets({ ...this.secrets(), unsealKeys: [...keys.unsealKeys], rootToken: keys.rootToken }),
    );
  }

  /** What runs, without changing anything. */
  async status(): Promise<LabStatus> {
    const record = this.record();
    const running = {
      vault: record.vault !== undefined && (await isRunning(record.vault)),
      postgres: record.postgres !== undefined && (await isRunning(record.postgres)),
    };
    const sealed = running.vault && (await this.vaultServer().client.sealStatus()).sealed;
    return {
      name: this.name,
      product: record.product,
      version: record.version,
      binary: record.binary,
      vault: { address: this.address, state: !running.vault ? "stopped" : sealed ? "sealed" : "ready" },
      postgres: { host: "127.0.0.1", port: record.postgresPort, state: running.postgres ? "ready" : "stopped" },
    };
  }

  /** Ends the servers; their data stays. */
  async stop(): Promise<void> {
    const record = this.folder.readRecord();
    if (record?.vault !== undefined) await stopDaemon(record.vault);
    if (record?.postgres !== undefined) await stopPostgres(record.postgres);
    if (record !== undefined) this.folder.writeRecord({ ...record, vault: undefined, postgres: undefined });
  }

  /** Removes whatever there is of the lab; its servers must be stopped. */
  remove(): void {
    rmSync(this.folder.path, { recursive: true, force: true });
  }

  /** A client with the root token. */
  operator(): VaultClient {
    return this.vaultServer().client.withToken(this.rootToken());
  }

  /**
   * @throws LeaseholdError when the lab's Vault was never initialised.
   */
  rootToken(): string {
    const { rootToken } = this.secrets();
    if (rootToken !== undefined) return rootToken;
    throw new LeaseholdError(`lab ${this.name}`, "its Vault was never initialised", `run "npm run lab"`);
  }

  postgres(): PostgresServer {
    const { postgresPort } = this.record();
    return new PostgresServer({
      dataFolder: this.folder.at("postgres"),
      logFile: this.folder.at("logs", "postgres.log"),
      port: postgresPort,
      superuserPassword: this.secrets().postgresSuperuserPassword,
      env: this.context.env,
    });
  }

  /**
   * @throws LeaseholdError when there is no such lab.
   */
  record(): LabRecord {
    const record = this.folder.readRecord();
    if (record !== undefined) return record;
    const others = LabFolder.names(this.context.root);
    throw new LeaseholdError(
      `lab ${this.name}`,
      `there is no lab of that name${others.length > 0 ? ` (there is ${others.join(", ")})` : ""}`,
      `run "npm run lab" to make one`,
    );
  }

  /**
   * @throws LeaseholdError when they are gone.
   */
  secrets(): LabSecrets {
    const secrets = this.folder.readSecrets();
    if (secrets !== undefined) return secrets;
    throw new LeaseholdError(
      `lab ${this.name}`,
      "its keys.json is gone",
      `run "leasehold lab reset --name ${this.name}" to begin anew`,
    );
  }

  private vaultServer(): VaultServer {
    const { binary: path, product, version, vaultPort, clusterPort } = this.record();
    return new VaultServer({
      binary: { path, product, version },
      folder: this.folder.at("vault"),
      logFile: this.folder.at("logs", "vault.log"),
      port: vaultPort,
      clusterPort,
      env: this.context.env,
    });
  }

  /** URL of the lab's Vault. */
  get address(): string {
    return `http://127.0.0.1:${this.record().vaultPort}`;
  }

  private async requireUsablePorts(ports: LabPorts, known: LabRecord | undefined): Promise<void> {
    for (const [option, port, current, daemon] of [
      ["--vault-port", ports.vault, known?.vaultPort, known?.vault],
      ["--postgres-port", ports.postgres, known?.postgresPort, known?.postgres],
    ] as const) {
      if (port === undefined || port === current) continue;
      if (daemon !== undefined && (await isRunning(daemon))) {
        throw new LeaseholdError(
          option,
          `lab ${this.name} runs on port ${current}, not ${port}`,
          `run "leasehold lab down --name ${this.name}" first`,
        );
      }
      await requireFreePort(option, port, "choose another one, or leave the option out to get a free one");
    }
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
      `${kind} of lab ${this.name}`,
      port,
      `end that process, or run "leasehold lab reset --name ${this.name}" to get new ports`,
    );
    const daemon = await server.launch();
    this.note({ [kind]: daemon });
    return daemon;
  }

  /** Writes down what is new. */
  note(change: Partial<LabRecord>): void {
    this.folder.writeRecord({ ...this.record(), ...change });
  }
}

function randomPassword(): string {
  return randomBytes(24).toString("base64url");
}
