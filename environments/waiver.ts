import { z } from "zod";

/** Overrules a guardrail for one construct. It shows in the review, and it is an error once it overrules nothing or has expired. */
export const waiver = z.strictObject({
  /** Id of the guardrail, such as `LH-DB-001`. */
  rule: z.string().regex(/^LH-[A-Z]+-\d{3}$/, { error: "is the id of a guardrail, such as LH-DB-001" }),
  /** Path of the construct as the finding names it, without the stack's name: `mount-database/postgres-prod`. */
  construct: z.string().min(1),
  reason: z.string().regex(/\S\s+\S/, { error: "is no reason: say in a few words why it is right here" }),
  /** The last day on which it counts, as in `2027-01-31`. @default it does not expire */
  until: z.iso.date({ error: "is the last day on which the waiver counts, as in 2027-01-31" }).optional(),
});

export type DeclaredWaiver = z.output<typeof waiver>;
