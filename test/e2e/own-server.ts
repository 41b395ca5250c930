import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../cli/files";
import type { VaultBinary } from "../../cli/parts/vault-binary";
import { type Daemon, isRunning, startDaemon, stopDaemon } from "../../cli/processes";
import type { ThrowAway } from "../../cli/servers/throw-away";
import { waitUntilReady } from "../../cli/servers/wait";
import { VaultClient } from "../../cli/vault-client";
import { testContext } from "./parts";

/** A configuration as its class renders it. */
export interface Rendered {
  toHcl(): string;
  toJson(): string;
}

/** A program of a test's own, run by a configuration that was rendered: a server, an agent or a proxy. */
export class OwnProgram {
  readonly folder: string;
  private daemon: Daemon | undefined;

  constructor(
    private readonly place: ThrowAway,
    private readonly options: {
      readonly name: string;
      readonly command: "server" | "agent" | "proxy";
      readonly binary: VaultBinary;
      readonly configuration: Rendered;
      /** @default "hcl" */
      readonly format?: "hcl" | "json";
      /** What carries its secrets. @default none */
      readonly secrets?: Readonly<Record<string, string>>;
    },
  ) {
    this.folder = place.folderFor(options.name);
  }

  /** Writes the configuration's file, and gives its path. */
  write(): string {
    const { configuration, format = "hcl" } = this.options;
    mkdirSync(this.folder, { recursive: true });
    const file = join(this.folder, `config.${format}`);
    writeFileAtomically(file, format === "hcl" ? configuration.toHcl() : configuration.toJson(), 0o600);
    return file;
  }

  async launch(): Promise<void> {
    const { binary, command, secrets = {} } = this.options;
    const file = this.write();
    const { env } = testContext();
    const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !/^(VAULT|BAO|CONSUL|AWS|PG)/.test(name)));
    this.daemon = this.place.keep(
      await startDaemon(binary.path, [command, `-config=${file}`], {
        logFile: this.logFile,
        env: { ...clean, ...secrets },
        cwd: this.folder,
      }),
    );
  }

  /** Waits until something holds, and says with the end of the log what did not. */
  async until(what: string, holds: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    if (this.daemon === undefined) throw new Error(`${this.options.name} was not launched`);
    const server = { name: `${this.options.name} (${what})`, daemon: this.daemon, logFile: this.logFile };
    await waitUntilReady(server, holds, timeoutMs);
  }

  /** Waits until it ended by itself, and gives its log. */
  async untilEnded(): Promise<string> {
    const end = Date.now() + 60_000;
    while (this.daemon !== undefined && (await isRunning(this.daemon))) {
      if (Date.now() > end) throw new Error(`${this.options.name} did not end:\n${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this.log;
  }

  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    if (this.daemon === undefined) return;
    if (signal === "SIGKILL") process.kill(this.daemon.pid, "SIGKILL");
    await stopDaemon(this.daemon);
  }

  get log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  private get logFile(): string {
    return join(this.folder, "log");
  }
}

/** A server that a test's own configuration runs. */
export class OwnServer extends OwnProgram {
  readonly address: string;
  readonly client: VaultClient;

  constructor(
    place: ThrowAway,
    options: Omit<ConstructorParameters<typeof OwnProgram>[1], "command"> & {
      readonly address: string;
      /** Whom its clients trust. @default those that Node knows */
      readonly caFile?: string;
    },
  ) {
    super(place, { ...options, command: "server" });
    this.address = options.address;
    this.client = new VaultClient({ address: options.address, caFile: options.caFile });
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<this> {
    await this.launch();
    await this.until("answers", async () => {
      await this.client.sealStatus();
      return true;
    });
    return this;
  }

  /** Initialises it with one key share, unseals it, and gives a client with its root token. */
  async open(): Promise<{ readonly client: VaultClient; readonly token: string; readonly key: string }> {
    const { keys, rootToken } = await this.client.initialise(1, 1);
    const [key = ""] = keys;
    await this.unseal(key);
    await this.until("active", () => this.client.isActive());
    return { client: this.client.withToken(rootToken), token: rootToken, key };
  }

  async unseal(key: string): Promise<void> {
    if ((await this.client.sealStatus()).sealed) await this.client.unseal(key);
  }
}
