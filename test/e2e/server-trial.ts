import { mkdirSync } from "node:fs";
import type { Lab } from "../../cli/lab/lab";
import type { ServerProduct, VaultBinary } from "../../cli/parts/vault-binary";
import { freePort } from "../../cli/servers/ports";
import { ThrowAway } from "../../cli/servers/throw-away";
import { serverOf } from "../../constructs/core/server-features";
import type { TcpListener } from "../../constructs/server/listener";
import {
  type AnyServerProps,
  ServerConfiguration,
  type ServerProps,
} from "../../constructs/server/server-configuration";
import { OwnServer } from "./own-server";

/** What every server of a trial is given: a listener that the test asks, and addresses on loopback. */
export type Base = Pick<AnyServerProps, "server" | "apiAddress"> & {
  readonly clusterAddress: string;
  readonly listeners: readonly [TcpListener];
};

export interface ServerOptions {
  readonly format?: "hcl" | "json";
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Servers of a test's own, from configurations that it declares. */
export class ServerTrial {
  static async open(product: ServerProduct, lab: Lab): Promise<ServerTrial> {
    const { binary: path, version } = lab.record();
    return new ServerTrial({ product, path, version }, await ThrowAway.open());
  }

  private count = 0;

  private constructor(
    readonly binary: VaultBinary,
    readonly place: ThrowAway,
  ) {}

  close(): Promise<void> {
    return this.place.close();
  }

  async base(): Promise<Base> {
    const [port, clusterPort] = [await freePort(), await freePort()];
    const [address, clusterAddress] = [`127.0.0.1:${port}`, `127.0.0.1:${clusterPort}`];
    return {
      server: serverOf(this.binary.product, this.binary.version),
      apiAddress: `http://${address}`,
      clusterAddress: `https://${clusterAddress}`,
      listeners: [{ type: "tcp", address, clusterAddress, tlsDisable: true }],
    };
  }

  /** A folder for the data of one server. */
  dataFolder(): string {
    const folder = `${this.place.folderFor("data")}/${++this.count}`;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  serverOn(props: ServerProps, options: ServerOptions = {}): OwnServer {
    return new OwnServer(this.place, {
      name: `server-${++this.count}`,
      binary: this.binary,
      configuration: new ServerConfiguration(props),
      address: props.apiAddress,
      ...options,
    });
  }

  /** Starts what is declared from either rendering, sees that the server knows every option, and tries what runs. */
  async tryBoth(
    declare: (base: Base) => ServerProps,
    attempt: (server: OwnServer) => Promise<void>,
    secrets: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (const format of ["hcl", "json"] as const) {
      const server = this.serverOn(declare(await this.base()), { format, secrets });
      await server.start();
      try {
        expect(server.log).not.toMatch(/unknown or unsupported/);
        await attempt(server);
      } finally {
        await server.stop();
      }
    }
  }
}

/** Initialises the server, writes and reads. */
export async function keepsSecrets(server: OwnServer): Promise<void> {
  const { client } = await server.open();
  await client.write("sys/mounts/kept", { type: "kv" });
  await client.write("kept/one", { value: "1" });
  expect(await client.list("kept")).toEqual(["one"]);
}
