import { Listr, ListrLogger, type ListrTask, PRESET_TIMER, ProcessOutput } from "listr2";

/** A step of a long command. */
export interface Step {
  readonly title: string;
  /** `report` shows the latest line of what the step does; `done` replaces the title. */
  readonly run: (report: (line: string) => void, done: (title: string) => void) => Promise<void>;
}

/** How often a log that is no terminal gets a line of a step that takes long. */
const quietMs = 10_000;

/**
 * Runs steps one after the other and shows them on standard error with their times: standard output is for results.
 *
 * @param handlesSignals whether the caller sees to Ctrl-C. @default false
 * @throws what the first failing step threw.
 */
export async function runSteps(steps: readonly Step[], handlesSignals = false): Promise<void> {
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const isTerminal = process.stderr.isTTY;
  let lastLine = Date.now();
  const failures: unknown[] = [];
  const tasks = steps.map(({ title, run }): ListrTask => ({
    title,
    task: async (_, task) => {
      const report = (line: string) => {
        if (!isTerminal && Date.now() - lastLine < quietMs) return;
        lastLine = Date.now();
        task.output = line;
      };
      const done = (newTitle: string) => {
        task.title = newTitle;
      };
      await run(report, done).catch((thrown: unknown) => {
        failures.push(thrown);
        throw new Error(title); // the message itself is for the caller, who shows it once
      });
    },
  }));
  const rendererOptions = { logger, timer: PRESET_TIMER };
  // Who runs steps that must not be cut short listens to signals itself.
  const registerSignalListeners = !handlesSignals;
  const list = isTerminal
    ? new Listr(tasks, { renderer: "default", rendererOptions, registerSignalListeners })
    : new Listr(tasks, { renderer: "simple", rendererOptions, registerSignalListeners });
  await list.run().catch((thrown: unknown) => {
    throw failures[0] ?? thrown;
  });
}
