import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { findTerraform } from "../parts/terraform";
import { run, runOrFail, type RunOptions, type RunResult } from "../processes";
import { type ApplyEvent, parseEvent } from "./events";
import { Journal } from "./journal";
import { quiet } from "./quiet";
import { type StackFolder, stackFolder } from "./stack-folder";
import { StateServer } from "./state-server";

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

export interface ApplyOptions {
  readonly onEvent?: (event: ApplyEvent) => void;
  /** How many resources Terraform works on at once. @default Terraform's, 10 */
  readonly parallelism?: number | undefined;
  /** Gets what sends Terraform a signal, and its process id, once it runs. */
  readonly onStart?: (send: (signal: NodeJS.Signals) => void, pid: number) => void;
}

/**
 * The folder of one synthesised stack, with Terraform or OpenTofu run directly in it: cdktf's own commands draw what Terraform
 * prints, which takes longer than the apply.
 */
export class Workspace {
  /** The folder that Terraform runs in. */
  readonly folder: string;
  /** Where the synthesis wrote the stack, with what it reports; saved plans lie there too. */
  readonly synthesised: string;
  private readonly journal: Journal;

  private constructor(
    private readonly command: string,
    private readonly options: WorkspaceOptions,
    private readonly place: StackFolder,
  ) {
    this.folder = place.folder;
    this.synthesised = place.synthesised;
    this.journal = new Journal(place.folder);
  }

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
    return new Workspace(command, options, stackFolder(folder, environment, env));
  }

  /** What is deployed. */
  get stack(): StackFolder["stack"] {
    return this.place.stack;
  }

  /** Addresses of what an apply that was killed created or was creating; none where the last one ended by itself. */
  get interrupted(): ReadonlySet<string> {
    return this.journal.addresses();
  }

  /** `terraform init`. */
  async init(): Promise<void> {
    const result = await this.run("init", "-input=false", "-no-color");
    if (result.code !== 0) throw this.failed("init", result);
  }

  /**
   * `terraform plan`, into a file beside the stack that its owner alone can read. After an apply that was killed it imports what
   * that one created and no state knows.
   *
   * @throws LeaseholdError when Terraform can't plan.
   */
  async plan(extra: readonly string[] = []): Promise<SavedPlan> {
    const file = this.planFile;
    await this.recoverState();
    const inState = this.journal.exists ? await this.addresses() : new Set<string>();
    const leftOut = new Set<string>();
    for (;;) {
      const imported = this.journal.recover(inState, leftOut, this.place.stack);
      rmSync(file, { force: true }); // cdktf plans into a file of that name, which others may read
      writeFileSync(file, "", { mode: 0o600 });
      const result = await this.run(
        "plan",
        "-input=false",
        "-no-color",
        "-detailed-exitcode",
        `-out=${file}`,
        ...extra,
      );
      const { code } = result;
      if (code === 0 || code === 2) return { file, hasChanges: code === 2, json: await this.show(file) };
      const absent = notThere(result.stderr, imported);
      if (absent.length === 0) throw this.failed("plan", result);
      for (const address of absent) leftOut.add(address);
    }
  }

  /** Removes what `plan` saved: it may hold secrets. */
  removePlan(): void {
    rmSync(this.planFile, { force: true });
  }

  /** `terraform show -json` of a plan. */
  async show(file: string): Promise<string> {
    const result = await this.withState((options) => run(this.command, ["show", "-json", file], options), {});
    if (result.code !== 0) throw this.failed(`show ${file}`, result);
    return result.stdout;
  }

  /**
   * `terraform apply` of a saved plan, whatever its exit code.
   *
   * @see https://developer.hashicorp.com/terraform/cli/commands/apply#json
   */
  async apply(planFile: string, { onEvent, parallelism, onStart }: ApplyOptions = {}): Promise<RunResult> {
    const args = ["apply", "-json", "-input=false"];
    if (parallelism !== undefined) args.push(`-parallelism=${parallelism}`);
    this.journal.begin();
    const result = await this.withState(
      (options) => run(this.command, [...args, planFile], { ...options, onStart: onStart ?? (() => undefined) }),
      {
        onLine: (line) => {
          const event = parseEvent(line);
          if (event === undefined) return;
          this.journal.note(event);
          onEvent?.(event);
        },
      },
    );
    // Terraform that ends by itself has handed over its state, or kept it in errored.tfstate.
    if (result.signal === undefined) this.journal.end(result.code === 0);
    return result;
  }

  /** Runs Terraform in the stack's folder, whatever its exit code. */
  run(...args: readonly string[]): Promise<RunResult> {
    const { onLine } = this.options;
    return this.withState((options) => run(this.command, args, options), onLine === undefined ? {} : { onLine });
  }

  private get planFile(): string {
    return join(this.synthesised, "plan");
  }

  /** Addresses of what the state holds. */
  private async addresses(): Promise<Set<string>> {
    const { code, stdout } = await this.run("state", "list");
    return new Set(code === 0 ? stdout.split("\n").filter((line) => line !== "") : []);
  }

  /** Hands over a state that Terraform could not store after its last apply. */
  private async recoverState(): Promise<void> {
    const file = join(this.folder, "errored.tfstate");
    if (!existsSync(file)) return;
    const result = await this.run("state", "push", "-no-color", file);
    if (result.code !== 0) throw this.failed(`state push ${file}`, result);
    rmSync(file);
  }

  /** Serves the state for one run of Terraform where it is a local file. */
  private async withState(use: (options: RunOptions) => Promise<RunResult>, extra: RunOptions): Promise<RunResult> {
    const { folder, stateFile } = this.place;
    const env = { ...collectsRarely, ...quiet(this.options.env) };
    if (stateFile === undefined) return use({ ...extra, cwd: folder, env });
    const server = await StateServer.start(stateFile);
    try {
      return await use({ ...extra, cwd: folder, env: { ...env, ...server.variables } });
    } finally {
      await server.close();
    }
  }

  private failed(what: string, { code, stdout, stderr }: RunResult): LeaseholdError {
    return new LeaseholdError(
      `${this.command} ${what}`,
      `exited with ${code}`,
      `its output:\n${stdout}\n${stderr}`.trim(),
    );
  }
}

/**
 * Terraform and the provider spend much of a large plan on collecting garbage. Beyond a gibibyte each they collect as ever.
 *
 * @see https://go.dev/doc/gc-guide
 */
const collectsRarely = { GOGC: "400", GOMEMLIMIT: "1GiB" };

/** Which imports a plan failed for, because there is nothing by their ids. */
function notThere(output: string, imported: readonly string[]): string[] {
  if (!output.includes("Cannot import non-existent remote object")) return [];
  const quoted = new Set(output.replaceAll(/\s*\n\s*/g, " ").match(/"[^"]+"/g));
  return imported.filter((address) => quoted.has(`"${address}"`));
}

/** The command that synthesises, as cdktf.json names it. */
export function appOf(root: string): string {
  const file = join(root, "cdktf.json");
  try {
    const { app } = JSON.parse(readFileSync(file, "utf8")) as { app?: unknown };
    if (typeof app === "string") return app;
  } catch (thrown) {
    throw new LeaseholdError(file, `can't be read (${messageOf(thrown)})`, "restore the project's cdktf.json");
  }
  throw new LeaseholdError(file, "names no app", `give it as in "app": "node --import tsx main.ts"`);
}
