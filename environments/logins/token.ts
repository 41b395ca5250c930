import { z } from "zod";
import { name } from "../fields";
import { subject } from "../subjects/subject";
import { tokens } from "./method";

/** A token's TTL is asked for when it is made: a role only limits it. */
const limits = z.strictObject(tokens).omit({ tokenTtl: true });
const text = z.string().min(1);

/** What tokens may be made at auth/token, which is always there. */
export const token = z.strictObject({
  method: z.literal("token"),
  path: z.literal("token").default("token"),
  roles: z
    .array(
      z.strictObject({
        name,
        allowedPoliciesGlob: z.array(text).optional(),
        /** Names of policies that no token of the role has; they need not be of this environment. */
        disallowedPolicies: z.array(name).optional(),
        orphan: z.boolean().optional(),
        renewable: z.boolean().optional(),
        pathSuffix: text.optional(),
        allowedEntityAliases: z.array(text).optional(),
        ...limits.shape,
        ...subject,
      }),
    )
    .min(1),
});
