import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import type { RunResult } from "../processes";
import { ApplyProgress } from "../terraform/apply-progress";
import type { Diagnostic } from "../terraform/events";
import { idOfExisting } from "../terraform/existing";
import { redactor } from "../terraform/redaction";
import type { Workspace } from "../terraform/workspace";

export interface ApplyPlanOptions {
  readonly workspace: Pick<Workspace, "apply">;
  readonly planFile: string;
  /** How many actions the plan holds. */
  readonly total: number;
  /** What Terraform runs with: the secrets in it are taken out of what it says. */
  readonly env: HostEnvironment;
  readonly parallelism?: number | undefined;
  readonly report: (line: string) => void;
  /** What to do after a failure. @default "deploy again" */
  readonly again?: string;
}

/** How many errors are shown: a server that is down fails every resource. */
const mostErrors = 20;

/**
 * Applies a saved plan. At Ctrl-C Terraform is asked to stop: it finishes what it has begun, and keeps its state. A second one
 * stops it at once.
 *
 * @throws LeaseholdError with every resource that failed, and how far it came.
 */
export async function applyPlan(options: ApplyPlanOptions): Promise<void> {
  const { workspace, planFile, total, parallelism, report } = options;
  const progress = new ApplyProgress(total, report);
  let interrupted = false;
  const { result } = await forwardingSignals(
    () => {
      interrupted = true;
      report("stops after what is being applied; again to stop at once");
    },
    async (onStart) => ({
      result: await workspace.apply(planFile, { parallelism, onStart, onEvent: (event) => progress.take(event) }),
    }),
  );
  if (result.code !== 0) throw failure(options, result, progress, interrupted);
}

function failure(
  { planFile, total, env, again = "deploy again" }: ApplyPlanOptions,
  { signal, stderr, code }: RunResult,
  { done, errors }: ApplyProgress,
  interrupted: boolean,
): LeaseholdError {
  const where = "terraform apply";
  const redact = redactor(env);
  const course = `${done} of ${total} changes were applied`;
  if (errors.some(({ summary }) => summary === "Saved plan is stale")) {
    return new LeaseholdError(
      planFile,
      "is stale: something was applied since it was made, and nothing of it was applied now",
      "make and review a new plan",
    );
  }
  if (signal !== undefined) {
    const remedy = `${again}: what the state does not know of is taken over`;
    return new LeaseholdError(where, `was killed by ${signal} when ${course}`, remedy);
  }
  const shown = errors.slice(0, mostErrors).map((error) => redact(lineOf(error)));
  if (errors.length > shown.length) shown.push(`and ${errors.length - shown.length} more`);
  if (errors.length === 0 && stderr.trim() !== "") shown.push(redact(stderr.trim()));
  const list = shown.length === 0 ? "" : `:\n${shown.join("\n")}`;
  if (interrupted) {
    return new LeaseholdError(where, `was interrupted when ${course}`, `${again} for the rest${list}`);
  }
  const isTakenOver = errors.length > 0 && errors.every((error) => idOfExisting(error) !== undefined);
  return new LeaseholdError(
    where,
    `exited with ${code} when ${course}; ${errors.length} failed`,
    isTakenOver
      ? `${again}, which takes over what is there already${list}`
      : `mend what is named and ${again}, which goes on with the rest${list}`,
  );
}

function lineOf({ address, summary, detail }: Diagnostic): string {
  const text = [summary, detail].filter((part) => part !== "").join(": ");
  return `${address === undefined ? "" : `[${address}] `}${text.replace(/\s+/g, " ").trim()}`;
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** Sends on what would end us, so that Terraform ends first, and in its own way. */
async function forwardingSignals<T>(
  onSignal: () => void,
  use: (onStart: (send: (signal: NodeJS.Signals) => void) => void) => Promise<T>,
): Promise<T> {
  let send: (signal: NodeJS.Signals) => void = () => undefined;
  const forward = () => {
    onSignal();
    send("SIGINT");
  };
  for (const signal of signals) process.on(signal, forward);
  try {
    return await use((given) => {
      send = given;
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}
