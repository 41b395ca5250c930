import { z } from "zod";
import { name, secret } from "../fields";
import { subject } from "../subjects/subject";
import { method, tokens } from "./method";

const text = z.string().min(1);

/** Programs that log in with the token of their service account. */
export const kubernetes = z.strictObject({
  method: z.literal("kubernetes"),
  ...method,
  host: text,
  certificateAuthority: text.optional(),
  /** Whose token Vault shows to Kubernetes: that of its own pod, that of the login, or one that lives long. */
  reviewer: z
    .union([
      z.enum(["in-cluster", "client"]),
      z.strictObject({ token: secret, reason: text, version: z.int().min(1).optional() }),
    ])
    .optional(),
  issuer: text.optional(),
  roles: z
    .array(
      z.strictObject({
        name,
        audience: text,
        serviceAccounts: z.array(text).min(1),
        namespaces: z.array(text).optional(),
        namespaceSelector: z.record(text, z.string()).optional(),
        wildcardReason: text.optional(),
        aliasNameSource: z.enum(["serviceaccount_uid", "serviceaccount_name"]).optional(),
        ...tokens,
        ...subject,
      }),
    )
    .min(1),
});
