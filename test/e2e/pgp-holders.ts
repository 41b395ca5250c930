import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { run } from "../../cli/processes";
import { hostEnvironment } from "../../environments/load";

/** GnuPG with a folder of keys of its own. */
export class PgpHolders {
  constructor(private readonly home: string) {
    mkdirSync(home, { mode: 0o700 });
  }

  async gpg(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await run("gpg", ["--homedir", this.home, "--batch", "--yes", ...args], {
      env: hostEnvironment(),
      ...(input !== undefined && { input }),
    });
    if (code !== 0) throw new Error(stderr);
    return stdout;
  }

  /** A file with the public key of a new holder. */
  async publicKey(name: string, armour = true): Promise<string> {
    await this.gpg(["--passphrase", "", "--quick-generate-key", `${name}@example.com`, "default", "default", "1d"]);
    const file = `${this.home}/${name}.asc`;
    await this.gpg([...(armour ? ["--armor"] : []), "--output", file, "--export", `${name}@example.com`]);
    return file;
  }

  /** What a message in base64 holds, if one of the holders can read it. */
  async decrypt(message: string): Promise<string> {
    const file = `${this.home}/message-${randomUUID()}`; // several are read at once
    writeFileSync(file, Buffer.from(message, "base64"));
    return this.gpg(["--quiet", "--decrypt", file]);
  }

  end(): Promise<unknown> {
    return run("gpgconf", ["--homedir", this.home, "--kill", "gpg-agent"], { env: hostEnvironment() });
  }
}
