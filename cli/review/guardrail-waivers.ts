import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import { guardrailReport, reportFile } from "../../constructs/guardrails/report";

/** A guardrail that somebody has overruled. */
export interface WaivedGuardrail {
  readonly id: string;
  /** Path of the construct, without the stack's name. */
  readonly construct: string;
  readonly problem: string;
  readonly reason: string;
  /** The last day on which that counts. */
  readonly until?: string | undefined;
}

/**
 * The waivers that synthesis reports in a stack's folder; none where it left no report.
 *
 * @throws LeaseholdError when the report can't be read.
 */
export function waivedGuardrails(folder: string): WaivedGuardrail[] {
  const file = join(folder, reportFile);
  if (!existsSync(file)) return [];
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new LeaseholdError(file, "is not JSON", "synthesise again");
  }
  const report = guardrailReport.safeParse(json);
  if (!report.success) throw new LeaseholdError(file, "is no report of guardrails", "synthesise again");
  return report.data.findings.flatMap(({ id, construct, problem, waived }) =>
    waived === undefined ? [] : [{ id, construct, problem, reason: waived.reason, until: waived.until }],
  );
}
