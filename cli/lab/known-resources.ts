import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { parseJson } from "../json";

const state = z.object({
  resources: z.array(
    z.object({ instances: z.array(z.object({ attributes: z.object({ id: z.string().nullish() }).nullish() })) }),
  ),
});

/**
 * The ids of what a local Terraform state knows; none where there is no such file.
 *
 * @throws LeaseholdError when it is no state.
 */
export function knownResources(path: string): ReadonlySet<string> {
  if (!existsSync(path)) return new Set();
  const parsed = state.safeParse(parseJson(readFileSync(path, "utf8")));
  if (!parsed.success) {
    throw new LeaseholdError(path, "is no Terraform state", `put the right file back, or run "leasehold lab reset"`);
  }
  return new Set(
    parsed.data.resources.flatMap(({ instances }) => instances.flatMap(({ attributes }) => attributes?.id ?? [])),
  );
}
