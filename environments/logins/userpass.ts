import { z } from "zod";
import { name } from "../fields";
import { subject } from "../subjects/subject";
import { method, tokens } from "./method";

/** People with a password in Vault, which `leasehold userpass set-password` gives them. */
export const userpass = z.strictObject({
  method: z.literal("userpass"),
  ...method,
  users: z
    .array(
      z.strictObject({
        name,
        entityName: z.string().min(1).optional(),
        /** Whether the user may change their own password. */
        changesOwnPassword: z.boolean().optional(),
        ...tokens,
        ...subject,
      }),
    )
    .min(1),
});
