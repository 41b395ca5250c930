import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { countingFindings } from "../../constructs/guardrails/report";
import { overridesVariable } from "../../environments/load";
import type * as Environments from "../../environments/load";
import { readReports } from "../check/guardrail-reports";
import type { CliContext } from "../context";
import { writeFileAtomically } from "../files";
import { runOrFail } from "../processes";
import { lineDifference } from "../review/line-difference";

/** A file of the project as it was and as it shall be. */
export interface Change {
  /** Path from the project's folder. */
  readonly file: string;
  /** Undefined where there was none. */
  readonly before: string | undefined;
  readonly after: string;
}

/** A file's text; undefined where there is none. */
export function textOf(root: string, file: string): string | undefined {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/**
 * Formats changes by the project's own configuration.
 *
 * @throws LeaseholdError when a text is no TypeScript.
 */
export async function formatted({ root, env }: CliContext, changes: readonly Change[]): Promise<Change[]> {
  const prettier = createRequire(join(root, "package.json")).resolve("prettier/bin/prettier.cjs");
  return Promise.all(
    changes.map(async (change) => {
      const args = [prettier, "--stdin-filepath", join(root, change.file)];
      return { ...change, after: await runOrFail(process.execPath, args, { cwd: root, env, input: change.after }) };
    }),
  );
}

/**
 * Holds the project with the changes in it against the schema and the guardrails, in a folder of its own.
 *
 * @throws LeaseholdError that says what does not fit.
 */
export async function checkChanges(
  command: string,
  { root, env }: CliContext,
  environment: string,
  changes: readonly Change[],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-new-"));
  try {
    // What is declared is copied, with the file that synthesises it; all that it builds on is only linked.
    const copied = ["environments", "main.ts"];
    for (const each of copied) cpSync(join(root, each), join(folder, each), { recursive: true });
    const left = [...copied, ".git", ".lab", "cdktf.out"];
    for (const each of readdirSync(root)) {
      if (!left.includes(each)) symlinkSync(join(root, each), join(folder, each));
    }
    for (const { file, after } of changes) writeFileAtomically(join(folder, file), after);
    checkSchema(command, join(folder, "environments", "load.ts"), environment);
    // What is declared is judged, whatever a lab overrides.
    await checkGuardrails(command, { root: folder, env: { ...env, [overridesVariable]: undefined } }, environment);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkSchema(command: string, file: string, environment: string): void {
  try {
    const { loadEnvironment } = createRequire(file)(file) as typeof Environments;
    loadEnvironment(environment, {});
  } catch (thrown) {
    throw new LeaseholdError(command, `that would not fit: ${messageOf(thrown)}`, "nothing was written");
  }
}

async function checkGuardrails(
  command: string,
  context: Pick<CliContext, "root" | "env">,
  environment: string,
): Promise<void> {
  const [report] = await readReports(context, [environment]).catch((thrown: unknown) => {
    // The synthesis runs in a process of its own, whose output holds the message among the lines of its stack.
    const said = /^LeaseholdError: (.+)$/m.exec(messageOf(thrown))?.[1] ?? messageOf(thrown);
    throw new LeaseholdError(command, `that could not be synthesised: ${said}`, "nothing was written");
  });
  const errors = report === undefined ? [] : countingFindings(report).filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  const said = errors.map(({ id, construct, problem, remedy }) => `${id} ${construct}: ${problem}: ${remedy}`);
  throw new LeaseholdError(command, "guardrails would object", `nothing was written\n${said.join("\n")}`);
}

/**
 * Writes checked changes: all of them or none.
 *
 * @throws LeaseholdError when someone else has changed a file since it was read.
 */
export function writeChanges(command: string, root: string, changes: readonly Change[]): void {
  for (const { file, before } of changes) {
    if (textOf(root, file) === before) continue;
    throw new LeaseholdError(command, `${file} was changed meanwhile`, "nothing was written: run it again");
  }
  const written: Change[] = [];
  try {
    for (const change of changes) {
      writeFileAtomically(join(root, change.file), change.after);
      written.push(change);
    }
  } catch (thrown) {
    for (const { file, before } of written) {
      if (before === undefined) rmSync(join(root, file));
      else writeFileAtomically(join(root, file), before);
    }
    throw thrown;
  }
}

/** What changes would do, as a difference with three lines around. */
export function differenceOf(changes: readonly Change[]): string {
  return changes.flatMap(({ file, before, after }) => [`+++ ${file}`, ...hunks(before, after)]).join("\n");
}

function hunks(before: string | undefined, after: string): string[] {
  const lines = lineDifference(before?.trimEnd().split("\n") ?? [], after.trimEnd().split("\n"));
  const near = (at: number) => lines.slice(Math.max(0, at - 3), at + 4).some((line) => !line.startsWith(" "));
  return lines.flatMap((line, at) => {
    if (near(at)) return [line];
    return near(at - 1) ? ["..."] : [];
  });
}
