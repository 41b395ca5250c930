import { createServer, type Server } from "node:http";
import { join } from "node:path";

/** What is answered to `METHOD path`: a status and JSON, or a body as it is. */
export type Answers = Readonly<Record<string, readonly [status: number, body: unknown] | Buffer>>;

const current = { Version: "28.2.2", ApiVersion: "1.50" };

/**
 * A server on a socket that answers as an engine does in states that a real one can't be brought to here: too old, out of ports, with a
 * registry at hand. What the real one says is shown by the end-to-end tests.
 */
export class SocketEngine {
  /** Asked, in order. */
  readonly asked: string[] = [];
  private server: Server | undefined;

  constructor(private readonly folder: string) {}

  get socket(): string {
    return join(this.folder, "docker.sock");
  }

  get host(): string {
    return `unix://${this.socket}`;
  }

  async answers(answers: Answers): Promise<this> {
    const all: Answers = { "GET /version": [200, current], ...answers };
    this.server = createServer(({ method, url }, response) => {
      const asked = `${method} ${url}`;
      this.asked.push(asked);
      const [status, body] = reply(all[asked] ?? all[asked.replace(/\?.*/, "")]);
      response.statusCode = status;
      response.end(status === 204 || status === 304 ? undefined : body);
    });
    await new Promise<void>((resolve) => this.server?.listen(this.socket, resolve));
    return this;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server === undefined ? resolve(undefined) : this.server.close(resolve)));
  }
}

function reply(answer: Answers[string] | undefined): [number, Buffer | string] {
  if (answer === undefined) return [404, JSON.stringify({ message: "No such thing" })];
  if (Buffer.isBuffer(answer)) return [200, answer];
  return [answer[0], typeof answer[1] === "string" ? answer[1] : JSON.stringify(answer[1])];
}
