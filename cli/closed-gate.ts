import { LeaseholdError } from "../constructs/core/errors";

/** A command that did its work, and whose answer is no; a workflow tells the answers apart by their codes. */
export class ClosedGate extends LeaseholdError {
  constructor(
    where: string,
    problem: string,
    remedy: string,
    /** What the process exits with. */
    readonly exitCode: number,
  ) {
    super(where, problem, remedy);
  }
}
