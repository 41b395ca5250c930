import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

/** Listens where an audit device writes to, and keeps what it got. It can go away and come back at the same place. */
export class AuditSink {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private place: number | string;
  /** All that was written to it. */
  received = "";

  /** @param place the path of a unix socket, or 0 for a port of its own. */
  constructor(place: number | string) {
    this.place = place;
  }

  async open(): Promise<void> {
    const server = createServer((socket) => {
      this.sockets.add(socket);
      socket.setEncoding("utf8").on("data", (text: string) => (this.received += text));
      socket.on("error", () => undefined).on("close", () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      if (typeof this.place === "number") server.listen(this.place, "127.0.0.1", resolve);
      else server.listen(this.place, resolve);
    });
    const address = server.address();
    if (typeof address === "object" && address !== null) this.place = address.port;
    this.server = server;
  }

  /** Where the device writes to. */
  get address(): string {
    return typeof this.place === "number" ? `127.0.0.1:${this.place}` : this.place;
  }

  /** Goes away, with whoever is connected. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

/** The same for datagrams, which nobody waits for. */
export class DatagramSink {
  private readonly socket = createSocket("udp4");
  received = "";

  async open(): Promise<void> {
    this.socket.on("message", (message) => (this.received += message.toString()));
    this.socket.bind(0, "127.0.0.1");
    await once(this.socket, "listening");
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  close(): void {
    this.socket.close();
  }
}
