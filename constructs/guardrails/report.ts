import { z } from "zod";
import { tiers } from "../core/tier";

/** Name of the file beside a stack's `cdk.tf.json` in which synthesis leaves what the guardrails found. */
export const reportFile = "guardrails.json";

const reportedFinding = z.strictObject({
  /** Id of the guardrail; `LH-WVR-` where a waiver itself is wrong. */
  id: z.string(),
  title: z.string(),
  severity: z.enum(["error", "warning"]),
  /** Path of the construct without the stack's name, as waivers name it. */
  construct: z.string(),
  /** Terraform's address; undefined where the finding is about a waiver. */
  address: z.string().optional(),
  /** In a sentence without its full stop. */
  problem: z.string(),
  remedy: z.string(),
  /** Why it does not count; undefined where it does. */
  waived: z
    .strictObject({
      reason: z.string(),
      /** Who says so: the environment's `waivers`, or the code or policy text that declares it. */
      by: z.enum(["environment", "code"]),
      until: z.string().optional(),
    })
    .optional(),
});

/** All that the guardrails have to say of an environment. */
export const guardrailReport = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  tier: z.enum(tiers),
  /** The day as of which waivers were judged, `2026-01-31`. */
  today: z.string(),
  /** Errors first, then by id and construct. */
  findings: z.array(reportedFinding),
});

export type ReportedFinding = z.output<typeof reportedFinding>;
export type GuardrailReport = z.output<typeof guardrailReport>;

/** The findings that count: those that nobody waived. */
export function countingFindings({ findings }: GuardrailReport): ReportedFinding[] {
  return findings.filter(({ waived }) => waived === undefined);
}
