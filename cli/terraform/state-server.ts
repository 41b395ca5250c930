import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { messageOf } from "../../constructs/core/errors";
import { writeFileAtomically } from "../files";
import { lock } from "../lock";

type Answer = readonly [status: number, body: string | Buffer];

/**
 * A local state file, served on loopback for one run of Terraform. Terraform's own local backend compares and writes the whole
 * state after every resource, which takes a time that grows with the square of their number; it gives its `http` backend the
 * state every 20 seconds and at the end. What that may lose to a kill is in the `Journal`.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/http
 */
export class StateServer {
  /** Serves a file, which need not be there yet. Whoever starts it closes it. */
  static async start(file: string): Promise<StateServer> {
    const server = new StateServer(file);
    await new Promise<void>((resolve, reject) => {
      server.http.on("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return server;
  }

  private readonly http: Server;
  /** Other users of this machine reach the port too, and a state may hold secrets. */
  private readonly password = randomBytes(24).toString("base64url");
  private lockInfo: string | undefined;
  private release: (() => void) | undefined;
  /** Of what the file held when it was locked, or was given since. */
  private known: string;

  private constructor(private readonly file: string) {
    this.known = digestOf(file);
    this.http = createServer((request, response) => {
      void this.answer(request)
        .catch((thrown: unknown): Answer => [500, messageOf(thrown)])
        .then(([status, body]) => response.writeHead(status, { "content-type": "application/json" }).end(body));
    });
  }

  /** What brings Terraform's `http` backend here. */
  get variables(): Readonly<Record<string, string>> {
    const address = `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/state`;
    return {
      TF_HTTP_ADDRESS: address,
      TF_HTTP_LOCK_ADDRESS: address,
      TF_HTTP_UNLOCK_ADDRESS: address,
      TF_HTTP_USERNAME: "leasehold",
      TF_HTTP_PASSWORD: this.password,
      TF_HTTP_RETRY_MAX: "0",
    };
  }

  /** Ends it, and releases a lock that a killed Terraform left. */
  async close(): Promise<void> {
    this.release?.();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const expected = `Basic ${Buffer.from(`leasehold:${this.password}`).toString("base64")}`;
    if (request.headers.authorization !== expected) return [401, "this state is for one run of Terraform"];
    const body = await text(request);
    switch (request.method) {
      case "GET":
        return existsSync(this.file) ? [200, readFileSync(this.file)] : [404, ""];
      case "POST":
        return this.write(body);
      case "LOCK":
        return this.lock(body);
      case "UNLOCK":
        this.release?.();
        this.release = this.lockInfo = undefined;
        return [200, ""];
      default:
        return [405, ""];
    }
  }

  private write(body: string): Answer {
    if (digestOf(this.file) !== this.known) {
      // Terraform then keeps its own in errored.tfstate.
      return [409, `${this.file} was changed by something else since it was locked`];
    }
    if (existsSync(this.file)) copyFileSync(this.file, `${this.file}.backup`);
    writeFileAtomically(this.file, body, 0o600);
    this.known = digestOf(this.file);
    return [200, ""];
  }

  private async lock(info: string): Promise<Answer> {
    const holder = this.lockInfo ?? lockedByTerraform(this.file);
    if (holder !== undefined) return [423, holder];
    mkdirSync(dirname(this.file), { recursive: true });
    this.release = await lock(`${this.file}.lock`);
    if (this.release === undefined) {
      return [423, lockInfo("leasehold", `${this.file}.lock`)];
    }
    this.lockInfo = info;
    this.known = digestOf(this.file);
    return [200, ""];
  }
}

function digestOf(file: string): string {
  return existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex") : "none";
}

/**
 * Terraform's local backend holds an fcntl lock, which Linux lists. What it says of itself lies beside the state, and stays there
 * when it is killed.
 */
function lockedByTerraform(file: string): string | undefined {
  if (!existsSync(file) || !existsSync("/proc/locks")) return undefined;
  const isLocked = readFileSync("/proc/locks", "utf8").includes(`:${statSync(file).ino} `);
  if (!isLocked) return undefined;
  const beside = join(dirname(file), `.${basename(file)}.lock.info`);
  return existsSync(beside) ? readFileSync(beside, "utf8") : lockInfo("terraform", file);
}

function lockInfo(who: string, path: string): string {
  return JSON.stringify({
    ID: "unknown",
    Operation: "unknown",
    Who: who,
    Path: path,
    Created: new Date().toISOString(),
  });
}
