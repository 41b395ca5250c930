import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";

/** More than any file of keys takes: 255 shares, each encrypted to a PGP key of 4096 bits, take 300 KiB. */
const reservedBytes = 512 * 1024;

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * A file of the owner's alone that is there, with room on the disk, before the secret is: what the server says once must not be
 * lost to a full disk, a folder that can't be written to, or an interrupted command. A file that exists is never opened.
 */
export class SecretFile {
  /**
   * @throws LeaseholdError when there is such a file already, or it can't be made; nothing is left of it then.
   */
  static reserve(command: string, path: string): SecretFile {
    if (existsSync(path)) {
      throw new LeaseholdError(
        command,
        `${path} exists already`,
        "nothing is overwritten: name a file that is not there",
      );
    }
    let descriptor: number | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true });
      descriptor = openSync(path, "wx", 0o600);
      writeAll(descriptor, Buffer.alloc(reservedBytes, " "));
      fsyncSync(descriptor);
      syncFolder(dirname(path));
      return new SecretFile(command, path, descriptor);
    } catch (thrown) {
      if (descriptor !== undefined) {
        closeSync(descriptor);
        rmSync(path, { force: true });
      }
      throw new LeaseholdError(command, `${path} can't be written (${messageOf(thrown)})`, "name another file");
    }
  }

  /** Whether a server is being asked for what it says once. */
  private awaited = false;
  /** A file that was never written is taken away too when the process ends in the middle of a question. */
  private readonly ended = () => {
    this.release();
  };

  private constructor(
    private readonly command: string,
    readonly path: string,
    private descriptor: number | undefined,
  ) {
    process.once("exit", this.ended);
    for (const signal of endingSignals) process.on(signal, this.interrupted);
  }

  /** Asks for what is written then. Meanwhile one signal ends nothing: the answer would be nobody's. */
  async uninterrupted<T>(ask: () => Promise<T>): Promise<T> {
    this.awaited = true;
    try {
      return await ask();
    } finally {
      this.awaited = false;
    }
  }

  /** Writes it so that it is on the disk when this returns. */
  write(text: string): void {
    const descriptor = this.descriptor;
    if (descriptor === undefined) throw new Error(`${this.path} was written already`);
    const content = Buffer.from(text);
    writeAll(descriptor, content);
    ftruncateSync(descriptor, content.length);
    fsyncSync(descriptor);
    this.close();
  }

  /** Takes the file away again unless something was written to it. */
  release(): void {
    if (this.descriptor === undefined) return;
    this.close();
    rmSync(this.path, { force: true });
  }

  private close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
    process.off("exit", this.ended);
    for (const signal of endingSignals) process.off(signal, this.interrupted);
  }

  private readonly interrupted = (signal: NodeJS.Signals) => {
    if (this.awaited) {
      this.awaited = false;
      process.stderr.write(
        `[${this.command}] waits for what the server says only once; another ${signal} ends it, and that is lost\n`,
      );
      return;
    }
    this.release();
    process.kill(process.pid, signal); // with no listener left it ends the process, as it would have without this file
  };
}

/** Reserves a file for `use`, and takes it away again where nothing was written to it. */
export async function withSecretFile<T>(
  command: string,
  path: string,
  use: (file: SecretFile) => Promise<T>,
): Promise<T> {
  const file = SecretFile.reserve(command, path);
  try {
    return await use(file);
  } finally {
    file.release();
  }
}

/** A disk that fills up takes a part, and refuses only the next one. */
function writeAll(descriptor: number, content: Buffer): void {
  for (let at = 0; at < content.length;) at += writeSync(descriptor, content, at, content.length - at, at);
}

/** The file's name is on the disk too. Some file systems can't say so, and are taken at their word. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    return;
  }
}
