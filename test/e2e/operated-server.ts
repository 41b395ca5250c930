import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { findVaultBinary, type ServerProduct, type VaultBinary } from "../../cli/parts/vault-binary";
import { type Daemon, stopDaemon } from "../../cli/processes";
import { freePort } from "../../cli/servers/ports";
import type { ThrowAway } from "../../cli/servers/throw-away";
import { VaultServer } from "../../cli/servers/vault-server";
import { VaultClient } from "../../cli/vault-client";
import { hostEnvironment } from "../../environments/load";
import { Operator } from "./operator";

/** A server of a test's own that nobody has initialised, and the command line that runs it. */
export class OperatedServer extends Operator {
  static async start(place: ThrowAway, product: ServerProduct, name: string): Promise<OperatedServer> {
    const binary = await findVaultBinary(hostEnvironment(), product, () => undefined);
    const server = new OperatedServer(place, binary, place.folderFor(name), await freePort(), await freePort());
    await server.launch();
    return server;
  }

  private daemon: Daemon | undefined;

  private constructor(
    private readonly place: ThrowAway,
    readonly binary: VaultBinary,
    folder: string,
    private readonly port: number,
    private readonly clusterPort: number,
  ) {
    super(`http://127.0.0.1:${port}`, folder);
  }

  /** Comes up sealed. */
  async launch(): Promise<void> {
    const server = new VaultServer({
      binary: this.binary,
      folder: this.folder,
      logFile: join(this.folder, "log"),
      port: this.port,
      clusterPort: this.clusterPort,
      env: hostEnvironment(),
    });
    this.daemon = this.place.keep(await server.launch());
    await server.untilReady(this.daemon);
  }

  async stop(): Promise<void> {
    if (this.daemon !== undefined) await stopDaemon(this.daemon);
  }

  /** Initialises it with readable keys, and opens it. */
  async open(shares = 5, threshold = 3): Promise<string> {
    const out = this.file("keys.json");
    await this.json("init", "--out", out, "--shares", `${shares}`, "--threshold", `${threshold}`, "--unseal");
    this.token = keysIn(out).rootToken ?? "";
    return out;
  }

  get client(): VaultClient {
    return new VaultClient({ address: this.address, token: this.token });
  }

  log(): string {
    return readFileSync(join(this.folder, "log"), "utf8");
  }
}

export interface KeysInFile {
  readonly keys: readonly string[];
  readonly threshold: number;
  readonly encryption: string;
  readonly recipients?: readonly string[];
  readonly rootToken?: string;
}

export function keysIn(file: string): KeysInFile {
  return JSON.parse(readFileSync(file, "utf8")) as KeysInFile;
}

/** What makes a token. */
export const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
