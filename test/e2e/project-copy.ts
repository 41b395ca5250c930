import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, type RunResult } from "../../cli/processes";
import { Workspace } from "../../cli/terraform/workspace";
import type { HostEnvironment } from "../../environments/load";
import { testContext } from "./parts";

/** What a checkout needs to deploy. */
const parts = ["cli", "constructs", "environments", "policies", "stacks"];
const files = ["main.ts", "cdktf.json", "package.json", "package-lock.json", "tsconfig.json"];

/** The project in another folder, where a test may edit a declaration as a person would. */
export class ProjectCopy {
  constructor(readonly root: string) {
    const { root: original } = testContext();
    for (const name of [...parts, ...files]) cpSync(join(original, name), join(root, name), { recursive: true });
    symlinkSync(join(original, "node_modules"), join(root, "node_modules"));
  }

  /** Replaces a text that a file holds once. */
  edit(file: string, from: string, to: string): void {
    const path = join(this.root, file);
    const pieces = readFileSync(path, "utf8").split(from);
    if (pieces.length !== 2) throw new Error(`${file} holds ${pieces.length - 1} times: ${from}`);
    writeFileSync(path, pieces.join(to));
  }

  /** The command line in a process of its own. */
  leasehold(args: readonly string[], env: HostEnvironment): Promise<RunResult> {
    return run(process.execPath, [join(this.root, "cli", "leasehold.mjs"), ...args], { cwd: this.root, env });
  }

  /** A synthesised stack, with Terraform in it. */
  async workspace(environment: string, output: string, env: HostEnvironment): Promise<Workspace> {
    const workspace = await Workspace.synthesise({ root: this.root, environment, output, env });
    await workspace.init();
    return workspace;
  }
}
