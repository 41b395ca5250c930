import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type LoginFolder, pgpassLine, type StackSecret } from "../../constructs/docker/model/secrets";
import { writeFileAtomically } from "../files";

/**
 * The secrets of a dev stack as files of this machine. Their folder is their owner's alone; in it they are readable to all, because
 * the users of the containers have other numbers.
 */
export class StackSecrets {
  constructor(
    /** Absolute path. */
    readonly folder: string,
  ) {}

  /**
   * Makes what is not there yet. A password that is there stays: a database has been made with it.
   *
   * @param known passwords that are not made up here, by the names of their files.
   */
  prepare(secrets: readonly StackSecret[], known: Readonly<Record<string, string>> = {}): void {
    mkdirSync(this.folder, { recursive: true });
    chmodSync(this.folder, 0o700);
    for (const secret of secrets) {
      if (secret.holds === "password") this.password(secret.name, known[secret.name]);
      if (secret.holds === "pgpass") this.write(secret.name, pgpassLine(secret, this.password(secret.password)));
      if (secret.holds === "login") mkdirSync(join(this.folder, secret.name), { recursive: true, mode: 0o755 });
    }
  }

  /** Gives whoever reads the folder a login; an earlier one goes. */
  deliver({ name }: LoginFolder, roleId: string, secretId: string): void {
    this.write(join(name, "role-id"), roleId);
    this.write(join(name, "secret-id"), secretId);
  }

  private password(name: string, known?: string): string {
    const path = join(this.folder, name);
    if (existsSync(path)) return readFileSync(path, "utf8");
    const password = known ?? randomBytes(24).toString("hex");
    this.write(name, password);
    return password;
  }

  private write(name: string, content: string): void {
    const path = join(this.folder, name);
    writeFileAtomically(path, content);
    chmodSync(path, 0o444);
  }
}
