import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { findTerraform } from "../parts/terraform";
import { runOrFail, type RunOptions, type RunResult, run } from "../processes";

export interface WorkspaceOptions {
  /** The folder of the project. */
  readonly root: string;
  /** The stack, which has its environment's name. */
  readonly environment: string;
  /** Where the synthesised stacks go. */
  readonly output: string;
  /** What Terraform and the synthesis run with; Terraform's debug log is taken out. */
  readonly env: HostEnvironment;
  readonly onLine?: ((line: string) => void) | undefined;
  /** The command that synthesises, for a shell. @default that of cdktf.json */
  readonly app?: string | undefined;
}

/** A plan in a file, which is what an apply takes: nothing can come in between. */
export interface SavedPlan {
  readonly file: string;
  /** Whether it changes anything. */
  readonly hasChanges: boolean;
  /** What `terraform show -json` says of it. It may hold secrets. */
  readonly json: string;
}

/**
 * The folder of one synthesised stack, with Terraform or OpenTofu run directly in it: cdktf's own commands draw what Terraform
 * prints, which takes longer than the apply.
 */
export class Workspace {
  private constructor(
    /** The folder that Terraform runs in. */
    readonly folder: string,
    private readonly command: string,
    private readonly options: WorkspaceOptions,
  ) {}

  /**
   * Synthesises all stacks and chooses one.
   *
   * @throws LeaseholdError when the synthesis fails, or there is no Terraform.
   */
  static async synthesise(options: WorkspaceOptions): Promise<Workspace> {
    const { root, environment, output, env, onLine } = options;
    const { command } = await findTerraform(env);
    const folder = resolve(root, output);
    await runOrFail("sh", ["-c", options.app ?? appOf(root)], {
      cwd: root,
      env: { ...quiet(env), CDKTF_OUTDIR: folder },
      onLine,
    });
    return new Workspace(join(folder, "stacks", environment), command, options);
  }

  /** `terraform init`. */
  async init(): Promise<void> {
    await this.terraform("init", "-input=false", "-no-color");
  }

  /** `terraform plan`, into a file beside the stack. */
  async plan(extra: readonly string[] = []): Promise<SavedPlan> {
    const file = join(this.folder, "plan");
    const { code, stdout, stderr } = await this.run(
      "plan",
      "-input=false",
      "-no-color",
      "-detailed-exitcode",
      `-out=${file}`,
      ...extra,
    );
    if (code !== 0 && code !== 2) {
      throw new LeaseholdError(
        `${this.command} plan`,
        `exited with ${code}`,
        `its output:\n${stdout}\n${stderr}`.trim(),
      );
    }
    return { file, hasChanges: code === 2, json: await this.show(file) };
  }

  /** `terraform show -json` of a plan. */
  show(file: string): Promise<string> {
    return runOrFail(this.command, ["show", "-json", file], { cwd: this.folder, env: quiet(this.options.env) });
  }

  /** Runs Terraform in the stack's folder, whatever its exit code. */
  run(...args: readonly string[]): Promise<RunResult> {
    return run(this.command, args, this.runOptions());
  }

  private terraform(...args: readonly string[]): Promise<string> {
    return runOrFail(this.command, args, this.runOptions());
  }

  private runOptions(): RunOptions {
    const { env, onLine } = this.options;
    return { cwd: this.folder, env: quiet(env), ...(onLine === undefined ? {} : { onLine }) };
  }
}

/** Without Terraform's debug log: the provider writes whole request payloads to it, admin passwords among them. */
function quiet(env: HostEnvironment): HostEnvironment {
  const others = Object.entries(env).filter(([name]) => !name.startsWith("TF_LOG"));
  return { ...Object.fromEntries(others), CHECKPOINT_DISABLE: "1" };
}

function appOf(root: string): string {
  const file = join(root, "cdktf.json");
  try {
    const { app } = JSON.parse(readFileSync(file, "utf8")) as { app?: unknown };
    if (typeof app === "string") return app;
  } catch (thrown) {
    throw new LeaseholdError(file, `can't be read (${messageOf(thrown)})`, "restore the project's cdktf.json");
  }
  throw new LeaseholdError(file, "names no app", `give it as in "app": "node --import tsx main.ts"`);
}
