import { mkdirSync } from "node:fs";
import { serverOf } from "../../constructs/core/server-features";
import { ServerConfiguration } from "../../constructs/server/server-configuration";
import type { HostEnvironment } from "../../environments/load";
import { writeFileAtomically } from "../files";
import type { VaultBinary } from "../parts/vault-binary";
import { type Daemon, startDaemon } from "../processes";
import { VaultClient } from "../vault-client";
import type { ServerCertificate } from "./mariadb-server";
import { openVault, type UnsealKeys } from "./open-vault";
import { waitUntilReady } from "./wait";

export interface VaultServerOptions {
  /** `vault` or `bao`. */
  readonly binary: VaultBinary;
  /** Folder for configuration and raft data. */
  readonly folder: string;
  readonly logFile: string;
  readonly port: number;
  readonly clusterPort: number;
  readonly env: HostEnvironment;
  /** Its certificate, for 127.0.0.1, and who signed it. @default it speaks without TLS */
  readonly tls?: Required<ServerCertificate> | undefined;
}

/** A Vault server of our own on loopback, with raft storage, which goes on after this process. */
export class VaultServer {
  readonly client: VaultClient;

  constructor(private readonly options: VaultServerOptions) {
    this.client = new VaultClient({ address: this.address, caFile: options.tls?.caFile });
  }

  /** Its URL. */
  get address(): string {
    const { port, tls } = this.options;
    return `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  }

  /** Starts the server; it comes up sealed. */
  async launch(): Promise<Daemon> {
    const { binary, folder, logFile, env } = this.options;
    mkdirSync(`${folder}/raft`, { recursive: true, mode: 0o700 });
    const config = `${folder}/server.hcl`;
    writeFileAtomically(config, this.configuration.toHcl(), 0o600);
    return startDaemon(binary.path, ["server", `-config=${config}`], {
      logFile,
      env: serverEnvironment(env),
      cwd: folder,
    });
  }

  /** Waits until a launched server answers, sealed or not. */
  async untilReady(daemon: Daemon): Promise<void> {
    await waitUntilReady({ name: "Vault", daemon, logFile: this.options.logFile }, async () => {
      await this.client.sealStatus();
      return true;
    });
  }

  /**
   * Initialises it where it is new, hands its keys to `keep` before anything else happens, unseals it and waits until it is active.
   *
   * @throws LeaseholdError when it is initialised and there are no keys, or they are another server's.
   */
  open(known: UnsealKeys | undefined, keep: (keys: UnsealKeys) => void): Promise<UnsealKeys> {
    return openVault([{ client: this.client, log: this.options.logFile }], known, keep);
  }

  private get configuration(): ServerConfiguration {
    const { binary, folder, port, clusterPort, tls } = this.options;
    return new ServerConfiguration({
      server: serverOf(binary.product, binary.version),
      storage: { type: "raft", path: `${folder}/raft`, nodeId: "lab" },
      listeners: [
        {
          type: "tcp",
          address: `127.0.0.1:${port}`,
          clusterAddress: `127.0.0.1:${clusterPort}`,
          ...(tls === undefined
            ? { tlsDisable: true }
            : { tls: { certFile: tls.certificateFile, keyFile: tls.keyFile } }),
        },
      ],
      apiAddress: this.address,
      clusterAddress: `https://127.0.0.1:${clusterPort}`,
      logFormat: "standard", // people read it
    });
  }
}

/** Without the variables that would make the server, or its clients, look elsewhere. */
function serverEnvironment(env: HostEnvironment): HostEnvironment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(VAULT|BAO)_/.test(name)));
}
