import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../cli/files";
import type { RunResult } from "../../cli/processes";
import { hostEnvironment } from "../../environments/load";
import { leasehold } from "./rig";

/** Who runs a server by the command line, with a token and files of their own. */
export class Operator {
  token = "";

  constructor(
    readonly address: string,
    readonly folder: string,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  /** A file of the test's own. */
  file(name: string, content?: string): string {
    const path = join(this.folder, name);
    if (content !== undefined) writeFileAtomically(path, content, 0o600);
    return path;
  }

  /** A command, with the token where there is one. */
  leasehold(...args: readonly string[]): Promise<RunResult> {
    const { address, token } = this;
    return leasehold(args, { ...hostEnvironment(), VAULT_ADDR: address, VAULT_TOKEN: token, VAULT_CACERT: "" });
  }

  /** A command of `leasehold vault`. */
  vault(...args: readonly string[]): Promise<RunResult> {
    return this.leasehold("vault", ...args);
  }

  /** A command of `leasehold vault` that must succeed, and what it printed as JSON. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.vault(...args, "--json");
    if (code !== 0) throw new Error(`leasehold vault ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }
}
