import { z } from "zod";

const resource = z.object({ addr: z.string(), resource_type: z.string().optional() });
const hook = z.object({ resource, action: z.string().optional(), id_value: z.string().optional() });

const diagnostic = z.object({
  severity: z.enum(["error", "warning"]),
  summary: z.string(),
  detail: z.string().default(""),
  address: z.string().optional(),
});

/**
 * What is read of the lines that `terraform apply -json` prints.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
const event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("apply_start"), hook }),
  z.object({ type: z.literal("apply_progress"), hook }),
  z.object({ type: z.literal("apply_complete"), hook }),
  z.object({ type: z.literal("apply_errored"), hook }),
  z.object({ type: z.literal("diagnostic"), diagnostic }),
]);

export type ApplyEvent = z.output<typeof event>;
export type Diagnostic = z.output<typeof diagnostic>;

/** One line of the stream; undefined for what says nothing of the apply's course, and for what is no event. */
export function parseEvent(line: string): ApplyEvent | undefined {
  // Each resource has several lines: those that are not read are told by their type, which costs less than to parse them.
  if (!line.startsWith("{") || !/"type":"(?:apply_|diagnostic")/.test(line)) return undefined;
  try {
    return event.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
