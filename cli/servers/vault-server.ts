import { mkdirSync } from "node:fs";
import { LeaseholdError } from "../../constructs/core/errors";
import { serverOf } from "../../constructs/core/server-features";
import { ServerConfiguration } from "../../constructs/server/server-configuration";
import type { HostEnvironment } from "../../environments/load";
import { writeFileAtomically } from "../files";
import type { VaultBinary } from "../parts/vault-binary";
import { type Daemon, startDaemon } from "../processes";
import { VaultClient, VaultRefusal } from "../vault-client";
import type { ServerCertificate } from "./mariadb-server";
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

export interface UnsealKeys {
  readonly unsealKeys: readonly string[];
  readonly rootToken: string;
}

const shares = 5;
const threshold = 3;

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
   * Initialises a new server and hands its keys to `keep` before anything else happens, then unseals it and waits until it is
   * active. A server that is initialised is unsealed with the keys it is given.
   *
   * @throws LeaseholdError when it is initialised and there are no keys, or they are another server's.
   */
  async open(known: UnsealKeys | undefined, keep: (keys: UnsealKeys) => void): Promise<UnsealKeys> {
    const status = await this.client.sealStatus();
    const keys = status.initialized ? known : await this.initialise(keep);
    if (keys === undefined) {
      throw new LeaseholdError(
        "Vault",
        "is initialised, and its keys are not in keys.json: an earlier start was cut short, or the file was removed",
        `run "leasehold lab reset" to begin anew`,
      );
    }
    await this.unseal(keys.unsealKeys);
    const end = Date.now() + 60_000;
    while (!(await this.client.isActive())) {
      if ((await this.client.sealStatus()).sealed) throw wrongKeys();
      if (Date.now() > end)
        throw new LeaseholdError("Vault", "did not become active within 60 s", `see ${this.options.logFile}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.requireToken(keys.rootToken);
    return keys;
  }

  private async initialise(keep: (keys: UnsealKeys) => void): Promise<UnsealKeys> {
    const { keys, rootToken } = await this.client.initialise(shares, threshold);
    const fresh = { unsealKeys: keys, rootToken };
    keep(fresh);
    return fresh;
  }

  private async unseal(keys: readonly string[]): Promise<void> {
    if (!(await this.client.sealStatus()).sealed) return;
    try {
      await this.client.forgetUnsealProgress();
      for (const key of keys.slice(0, threshold)) await this.client.unseal(key);
    } catch (thrown) {
      if (thrown instanceof VaultRefusal && [400, 500].includes(thrown.status)) throw wrongKeys();
      throw thrown;
    }
  }

  private async requireToken(token: string): Promise<void> {
    try {
      await this.client.withToken(token).list("sys/policies/acl");
    } catch (thrown) {
      if (thrown instanceof VaultRefusal && thrown.status === 403) throw wrongKeys();
      throw thrown;
    }
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

function wrongKeys(): LeaseholdError {
  return new LeaseholdError(
    "Vault",
    "does not accept the keys in keys.json: they are another server's",
    `put the right file back, or run "leasehold lab reset" to begin anew`,
  );
}

/** Without the variables that would make the server, or its clients, look elsewhere. */
function serverEnvironment(env: HostEnvironment): HostEnvironment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(VAULT|BAO)_/.test(name)));
}
