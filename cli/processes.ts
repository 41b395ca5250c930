import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LeaseholdError } from "../constructs/core/errors";
import type { HostEnvironment } from "../environments/load";

/** The one file that starts and ends processes. */

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: HostEnvironment;
  readonly input?: string;
  /** Milliseconds after which the process is ended. @default none */
  readonly timeoutMs?: number;
  /** Called with each line of either stream as it comes. */
  readonly onLine?: (line: string) => void;
  /**
   * In a process group of its own, so that Ctrl-C at a terminal does not reach it beside what we send. With it, `onStart` gets
   * what sends a signal.
   *
   * @default in ours
   */
  readonly onStart?: (send: (signal: NodeJS.Signals) => void, pid: number) => void;
}

export interface RunResult {
  /** 1 where a signal ended it. */
  readonly code: number;
  /** What ended it, if it did not end by itself. */
  readonly signal?: NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end, whatever its exit code.
 *
 * @throws LeaseholdError when it can't be started or takes longer than `timeoutMs`.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["pipe", "pipe", "pipe"],
    killSignal: "SIGKILL",
    detached: options.onStart !== undefined,
    signal: options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs),
  });
  const output = { stdout: "", stderr: "" };
  const unended = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (chunk: string) => {
      output[stream] += chunk;
      const lines = (unended[stream] + chunk).split(/\r?\n/);
      unended[stream] = lines.pop() ?? "";
      for (const line of lines) options.onLine?.(line);
    });
  }
  child.on("spawn", () => options.onStart?.((signal) => void child.kill(signal), child.pid as number));
  child.stdin.on("error", () => undefined); // the process may end before it has read everything
  child.stdin.end(options.input);
  return new Promise((resolve, reject) => {
    child.on("error", (cause) => reject(cannotRun(command, cause, options.timeoutMs)));
    child.on("close", (code, signal) => {
      for (const line of Object.values(unended)) if (line !== "") options.onLine?.(line);
      resolve({ code: code ?? 1, ...output, ...(signal === null ? {} : { signal }) });
    });
  });
}

/**
 * Runs a command that must succeed, and returns what it wrote to standard output.
 *
 * @throws LeaseholdError with the end of its output when it fails.
 */
export async function runOrFail(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  const lastLines = `${stdout}\n${stderr}`.trim().split("\n").slice(-30).join("\n");
  throw new LeaseholdError([command, ...args].join(" "), `exited with ${code}`, `its last output:\n${lastLines}`);
}

function cannotRun(command: string, cause: Error & { code?: string }, timeoutMs: number | undefined): LeaseholdError {
  if (cause.name === "AbortError") {
    return new LeaseholdError(
      command,
      `took longer than ${(timeoutMs ?? 0) / 1000} s and was ended`,
      "try again, or see what holds it up",
    );
  }
  return new LeaseholdError(
    command,
    cause.code === "ENOENT" ? "is not installed, or not on PATH" : `can't be started (${cause.message})`,
    `install ${command} and try again`,
  );
}

/** A process that goes on after us, known well enough to tell it from another one that got the same id later. */
export interface Daemon {
  readonly pid: number;
  /** Changes when the id is given to another process. */
  readonly birthmark: string;
}

/** Starts a server in a session of its own, its output going to the end of a log file. */
export async function startDaemon(
  command: string,
  args: readonly string[],
  options: { readonly logFile: string; readonly env: HostEnvironment; readonly cwd: string },
): Promise<Daemon> {
  const log = openSync(options.logFile, "a", 0o600);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.on("error", (cause) => reject(cannotRun(command, cause, undefined)));
    child.on("spawn", resolve);
  });
  child.unref();
  const pid = child.pid as number;
  return { pid, birthmark: (await birthmarkOf(pid)) ?? "gone" };
}

/** Whether the very process is still there. */
export async function isRunning(daemon: Daemon): Promise<boolean> {
  return (await birthmarkOf(daemon.pid)) === daemon.birthmark;
}

/** Ends a process if it is the one we started: politely, then after `graceMs` for good. Nothing happens when it is gone. */
export async function stopDaemon(
  daemon: Daemon,
  signal: "SIGTERM" | "SIGINT" = "SIGTERM",
  graceMs = 10_000,
): Promise<void> {
  for (const [each, waitMs] of [
    [signal, graceMs],
    ["SIGKILL", 2_000],
  ] as const) {
    if (!(await isRunning(daemon))) return;
    try {
      process.kill(daemon.pid, each);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ESRCH") return; // it ended just now
      throw thrown;
    }
    const end = Date.now() + waitMs;
    while (Date.now() < end && (await isRunning(daemon))) await sleep(50);
  }
}

/** The running process itself, for lock files. */
export async function ownIdentity(): Promise<Daemon> {
  return { pid: process.pid, birthmark: (await birthmarkOf(process.pid)) ?? "unknown" };
}

/** What distinguishes this process from earlier and later ones of the same id: when it began. */
async function birthmarkOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") {
    const { code, stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)]);
    return code === 0 && stdout.trim() !== "" ? stdout.trim() : undefined;
  }
  try {
    // The second field is the command in parentheses, which may hold blanks; state is the third, the start time the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\)\s/s, "")
      .split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return createHash("sha256").update(`${boot} ${fields[19]}`).digest("hex").slice(0, 16);
  } catch {
    return undefined;
  }
}
