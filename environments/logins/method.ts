import { z } from "zod";
import { duration, mountPath } from "../fields";

/** What every mounted auth method can be told. */
export const method = {
  /** Where it is mounted below `auth/`. */
  path: mountPath,
  description: z.string().optional(),
  tuning: z
    .strictObject({
      defaultLeaseTtl: duration.optional(),
      maxLeaseTtl: duration.optional(),
      listingVisibility: z.enum(["hidden", "unauth"]).optional(),
      tokenType: z.enum(["default-service", "default-batch", "service", "batch"]).optional(),
      passthroughRequestHeaders: z.array(z.string().min(1)).optional(),
    })
    .optional(),
};

/** What every login can be told of its tokens. */
export const tokens = {
  tokenTtl: duration.optional(),
  tokenMaxTtl: duration.optional(),
  tokenPeriod: duration.optional(),
  tokenCidrs: z.array(z.string()).optional(),
  tokenUses: z.int().optional(),
  tokenType: z.enum(["service", "batch"]).optional(),
  noDefaultPolicy: z.boolean().optional(),
};
