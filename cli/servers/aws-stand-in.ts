import { join } from "node:path";
import type { HostEnvironment } from "../../environments/load";
import type { Moto } from "../parts/moto";
import { type Daemon, runOrFail, startDaemon } from "../processes";
import { waitUntilReady } from "./wait";

export interface AwsStandInOptions {
  readonly moto: Moto;
  /** For its packages; new. */
  readonly folder: string;
  readonly logFile: string;
  readonly port: number;
  readonly env: HostEnvironment;
}

/** An IAM and STS of our own on loopback, in memory, which go on after this process. They take any signature. */
export class AwsStandIn {
  constructor(private readonly options: AwsStandInOptions) {}

  get endpoint(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** Unpacks and starts the server. */
  async launch(): Promise<Daemon> {
    const { moto, folder, logFile, port, env } = this.options;
    await runOrFail(moto.python, ["-m", "tarfile", "-e", moto.archive, folder], { env, cwd: folder });
    return startDaemon(moto.python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
      logFile,
      cwd: folder,
      env: { ...env, PYTHONPATH: join(folder, "site"), PYTHONDONTWRITEBYTECODE: "1" },
    });
  }

  /** Waits until a launched server answers. */
  async untilReady(daemon: Daemon): Promise<void> {
    await waitUntilReady({ name: "moto", daemon, logFile: this.options.logFile }, async () => {
      const response = await fetch(`${this.endpoint}/moto-api/data.json`);
      await response.arrayBuffer();
      return response.ok;
    });
  }
}
