import { z } from "zod";

const line = z.object({
  /** The layer that it is about. */
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
});

/** A line of what the engine says while it pulls. */
export type PullLine = z.output<typeof line>;

export function pullLine(text: string): PullLine | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** How far a pull is, over all layers that the engine has spoken of. */
export class PullProgress {
  private readonly layers = new Map<string, { readonly current: number; readonly total: number }>();

  constructor(private readonly image: string) {}

  /** The state after one more line, in words. */
  after({ id, status = "", progressDetail: { current, total } = {} }: PullLine): string {
    if (id !== undefined && current !== undefined && total !== undefined && status === "Downloading") {
      this.layers.set(id, { current, total });
    }
    const known = id === undefined ? undefined : this.layers.get(id);
    if (id !== undefined && known !== undefined && /complete|exists/i.test(status)) {
      this.layers.set(id, { ...known, current: known.total });
    }
    const sum = [...this.layers.values()].reduce(
      (all, each) => ({ current: all.current + each.current, total: all.total + each.total }),
      { current: 0, total: 0 },
    );
    return sum.total === 0
      ? `${this.image}: ${status}`
      : `${this.image}: ${megabytes(sum.current)} of ${megabytes(sum.total)} MB`;
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
