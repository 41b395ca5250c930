import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { LeaseholdError } from "../../constructs/core/errors";
import type { CliContext } from "../context";
import { lock } from "../lock";
import type { VaultBinary } from "../parts/vault-binary";
import { freePort, requireFreePort } from "../servers/ports";
import type { SuperuserSessions } from "../servers/postgres-session";
import { VaultClient } from "../vault-client";
import { ContainerRuntime } from "./container-runtime";
import { LabFolder, type LabRecord, type LabSecrets } from "./lab-folder";
import type { LabPorts, LabRuntime, LabStates, OtherServer } from "./lab-runtime";
import { ProcessRuntime } from "./process-runtime";

export interface LabStatus {
  readonly name: string;
  readonly runsAs: "processes" | "containers";
  readonly product: string;
  readonly version: string;
  /** How a person runs Vault's command line. */
  readonly binary: string;
  readonly vault: { readonly address: string; readonly state: LabStates["vault"] };
  readonly postgres: { readonly host: string; readonly port: number; readonly state: LabStates["postgres"] };
  /** What runs beside them. */
  readonly others: readonly OtherServer[];
}

/** A Vault and a PostgreSQL of one's own on this machine: its folder and what runs its servers. */
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

  /** What runs its servers, which was settled when it was made. */
  get runtime(): LabRuntime {
    const isOfContainers = this.folder.readRecord()?.containers !== undefined;
    return isOfContainers ? new ContainerRuntime(this.folder) : new ProcessRuntime(this.folder, this.context.env);
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
   * Writes down the server and the ports of a new lab of processes, or takes up those of the one that is there.
   *
   * @throws LeaseholdError when a chosen port is taken, or the lab runs another product.
   */
  async prepare(binary: VaultBinary, ports: LabPorts = {}): Promise<void> {
    const { product, path, version } = binary;
    this.requireProduct(product);
    this.begin({ ...this.folder.readRecord(), product, binary: path, version, ...(await this.choosePorts(ports)) });
  }

  /**
   * Writes a lab down, with secrets of its own where it is new.
   *
   * @throws LeaseholdError when it is not new and they are gone.
   */
  begin(record: LabRecord): void {
    // Before the record: a lab that has one has its secrets too, or has lost them.
    if (this.folder.readRecord() !== undefined) this.secrets();
    else this.folder.writeSecrets({ postgresSuperuserPassword: randomPassword(), adminPassword: randomPassword() });
    this.folder.writeRecord(record);
  }

  /**
   * @throws LeaseholdError when the lab runs another product.
   */
  requireProduct(product: LabRecord["product"]): void {
    const known = this.folder.readRecord();
    if (known === undefined || known.product === product) return;
    throw new LeaseholdError(
      `lab ${this.name}`,
      `was made with ${known.product}, and ${product} can't open its data`,
      `choose --server ${known.product}, another --name, or "leasehold lab reset --name ${this.name}"`,
    );
  }

  /**
   * The ports that are chosen, else those that the lab has, else free ones.
   *
   * @throws LeaseholdError when a chosen one is taken, or what it is for runs on another.
   */
  async choosePorts(ports: LabPorts): Promise<Pick<LabRecord, "vaultPort" | "clusterPort" | "postgresPort">> {
    const known = this.folder.readRecord();
    await this.requireUsablePorts(ports, known);
    return {
      vaultPort: ports.vault ?? known?.vaultPort ?? (await freePort()),
      clusterPort: known?.clusterPort ?? (await freePort()),
      postgresPort: ports.postgres ?? known?.postgresPort ?? (await freePort()),
    };
  }

  startPostgres(): Promise<void> {
    return this.runtime.startPostgres();
  }

  startVault(): Promise<void> {
    return this.runtime.startVault();
  }

  /** What runs, without changing anything. */
  async status(): Promise<LabStatus> {
    const { product, version, postgresPort, containers } = this.record();
    const { runtime } = this;
    const { vault, postgres } = await runtime.states();
    return {
      name: this.name,
      runsAs: containers === undefined ? "processes" : "containers",
      product,
      version,
      binary: runtime.commandLine(),
      vault: { address: this.address, state: vault },
      postgres: { host: "127.0.0.1", port: postgresPort, state: postgres },
      others: await runtime.others(),
    };
  }

  /** Ends the servers; their data stays. */
  stop(): Promise<void> {
    return this.runtime.stop();
  }

  /** Ends the servers and removes their data, wherever it lies. */
  async removeAll(): Promise<void> {
    await this.exclusively(async () => {
      await this.runtime.stop();
      await this.runtime.remove();
    });
    this.remove();
  }

  /** Removes the lab's folder; its servers must be stopped. */
  remove(): void {
    rmSync(this.folder.path, { recursive: true, force: true });
  }

  /** A client with the root token. */
  operator(): VaultClient {
    return new VaultClient({ address: this.address, token: this.rootToken() });
  }

  /**
   * @throws LeaseholdError when the lab's Vault was never initialised.
   */
  rootToken(): string {
    const { rootToken } = this.secrets();
    if (rootToken !== undefined) return rootToken;
    throw new LeaseholdError(`lab ${this.name}`, "its Vault was never initialised", `run "npm run lab"`);
  }

  postgres(): SuperuserSessions {
    return this.runtime.postgres();
  }

  /**
   * @throws LeaseholdError when there is no such lab.
   */
  record(): LabRecord {
    return this.folder.record();
  }

  /**
   * @throws LeaseholdError when they are gone.
   */
  secrets(): LabSecrets {
    return this.folder.secrets();
  }

  /** URL of the lab's Vault. */
  get address(): string {
    return `http://127.0.0.1:${this.record().vaultPort}`;
  }

  private async requireUsablePorts(ports: LabPorts, known: LabRecord | undefined): Promise<void> {
    const states = known === undefined ? undefined : await this.runtime.states();
    for (const [option, port, current, state] of [
      ["--vault-port", ports.vault, known?.vaultPort, states?.vault],
      ["--postgres-port", ports.postgres, known?.postgresPort, states?.postgres],
    ] as const) {
      if (port === undefined || port === current) continue;
      if (state !== undefined && state !== "stopped") {
        throw new LeaseholdError(
          option,
          `lab ${this.name} runs on port ${current}, not ${port}`,
          `run "leasehold lab down --name ${this.name}" first`,
        );
      }
      await requireFreePort(option, port, "choose another one, or leave the option out to get a free one");
    }
  }
}

function randomPassword(): string {
  return randomBytes(24).toString("base64url");
}
