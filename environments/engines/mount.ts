import { z } from "zod";
import { duration, mountPath } from "../fields";

/** What an environment says of every mounted engine. */
export const mountFields = {
  path: mountPath,
  description: z.string().optional(),
  defaultLeaseTtl: duration.optional(),
  maxLeaseTtl: duration.optional(),
};
