import type { ApplyEvent, Diagnostic } from "./events";

/** How often a line is given at most, in milliseconds: a thousand resources have thousands of events. */
const intervalMs = 200;

/** The course of an apply, from Terraform's events. */
export class ApplyProgress {
  private completed = 0;
  private readonly running = new Set<string>();
  private readonly failures: Diagnostic[] = [];
  private lastLine = -Infinity;
  private readonly began: number;

  constructor(
    /** How many actions the plan holds; a replacement is two. */
    private readonly total: number,
    private readonly report: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
  }

  /** Actions that were completed. */
  get done(): number {
    return this.completed;
  }

  /** Errors in the order they came. */
  get errors(): readonly Diagnostic[] {
    return this.failures;
  }

  take(event: ApplyEvent): void {
    switch (event.type) {
      case "diagnostic":
        if (event.diagnostic.severity === "error") this.failures.push(event.diagnostic);
        return;
      case "apply_start":
        this.running.add(event.hook.resource.addr);
        break;
      case "apply_complete":
        this.completed += 1;
        this.running.delete(event.hook.resource.addr);
        break;
      case "apply_errored":
        this.running.delete(event.hook.resource.addr);
        break;
      case "apply_progress":
        break;
    }
    this.show();
  }

  private show(): void {
    const now = this.now();
    if (now - this.lastLine < intervalMs) return;
    this.lastLine = now;
    const seconds = Math.round((now - this.began) / 1000);
    const [current = ""] = this.running; // the one that takes longest
    this.report(`${this.completed}/${this.total} after ${seconds} s ${current}`.trimEnd());
  }
}
