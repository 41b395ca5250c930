import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";

/** More than any file of keys takes. */
const reservedBytes = 64 * 1024;

/**
 * A file of the owner's alone that is there, with room on the disk, before the secret is: what the server says once must not be
 * lost to a full disk or a folder that can't be written to. A file that exists is never opened.
 */
export class SecretFile {
  /**
   * @throws LeaseholdError when there is such a file already, or it can't be made.
   */
  static reserve(command: string, path: string): SecretFile {
    if (existsSync(path)) {
      throw new LeaseholdError(
        command,
        `${path} exists already`,
        "nothing is overwritten: name a file that is not there",
      );
    }
    try {
      mkdirSync(dirname(path), { recursive: true });
      const descriptor = openSync(path, "wx", 0o600);
      writeSync(descriptor, Buffer.alloc(reservedBytes, " "));
      fsyncSync(descriptor);
      return new SecretFile(path, descriptor);
    } catch (thrown) {
      throw new LeaseholdError(command, `${path} can't be written (${messageOf(thrown)})`, "name another file");
    }
  }

  private constructor(
    readonly path: string,
    private descriptor: number | undefined,
  ) {}

  /** Writes it so that it is on the disk when this returns. */
  write(text: string): void {
    const descriptor = this.descriptor;
    if (descriptor === undefined) throw new Error(`${this.path} was written already`);
    writeSync(descriptor, text, 0);
    ftruncateSync(descriptor, Buffer.byteLength(text));
    fsyncSync(descriptor);
    closeSync(descriptor);
    this.descriptor = undefined;
  }

  /** Takes the file away again unless something was written to it. */
  release(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
    rmSync(this.path, { force: true });
  }
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
