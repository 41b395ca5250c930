import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decode, encode } from "dns-packet";

/**
 * A name server for the challenges of ACME: it says the texts that it was given, and knows nothing else.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8555#section-8.4
 */
export class ChallengeDns {
  static async open(): Promise<ChallengeDns> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new ChallengeDns(socket);
  }

  private readonly texts = new Map<string, string>();

  private constructor(private readonly socket: ReturnType<typeof createSocket>) {
    socket.on("message", (message, { port, address }) => {
      const { id, questions = [] } = decode(message);
      const answers = questions.flatMap(({ name, type }) => {
        const data = this.texts.get(name.toLowerCase());
        return type === "TXT" && data !== undefined ? [{ name, type: "TXT" as const, ttl: 0, data }] : [];
      });
      socket.send(encode({ type: "response", id: id ?? 0, questions, answers }), port, address);
    });
  }

  /** Where it listens: host and port. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** Proves that whoever asked for a certificate of the name has it. */
  say(name: string, text: string): void {
    this.texts.set(`_acme-challenge.${name}`, text);
  }

  forget(name: string): void {
    this.texts.delete(`_acme-challenge.${name}`);
  }

  close(): void {
    this.socket.close();
  }
}
