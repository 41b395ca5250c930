import { z } from "zod";
import { duration, name } from "../fields";
import { subject } from "../subjects/subject";
import { method, tokens } from "./method";

/** Programs that log in with a RoleID and a SecretID. */
export const approle = z.strictObject({
  method: z.literal("approle"),
  ...method,
  roles: z
    .array(
      z.strictObject({
        name,
        bindSecretId: z.boolean().optional(),
        secretIdTtl: duration.optional(),
        secretIdUses: z.int().optional(),
        secretIdCidrs: z.array(z.string()).optional(),
        roleId: z.string().optional(),
        ...tokens,
        ...subject,
      }),
    )
    .min(1),
});
