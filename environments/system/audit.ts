import { z } from "zod";
import { duration, mountPath } from "../fields";
import { duplicates, type Misfit } from "../misfit";

/** What every audit device can be told. */
const device = {
  /** What Vault calls it. @default the type */
  path: mountPath.optional(),
  description: z.string().optional(),
  format: z.enum(["json", "jsonx"]).optional(),
  prefix: z.string().optional(),
  elideListResponses: z.boolean().optional(),
};

/**
 * Where the server writes down each request and answer. Two at least, in places that do not fail together.
 *
 * @see https://developer.hashicorp.com/vault/docs/audit
 */
export const auditDevice = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("file"),
    ...device,
    /** Absolute, or `stdout`. */
    filePath: z.string().min(1),
    mode: z.enum(["0600", "0640", "0000"]).optional(),
  }),
  z.strictObject({
    type: z.literal("syslog"),
    ...device,
    facility: z
      .enum([
        ...(["AUTH", "AUTHPRIV", "DAEMON", "USER"] as const),
        ...(["LOCAL0", "LOCAL1", "LOCAL2", "LOCAL3", "LOCAL4", "LOCAL5", "LOCAL6", "LOCAL7"] as const),
      ])
      .optional(),
    tag: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("socket"),
    ...device,
    address: z.string().min(1),
    socketType: z.enum(["tcp", "udp", "unix"]).optional(),
    writeTimeout: duration.optional(),
  }),
  /**
   * A device that the server's own configuration declares, as on OpenBao, which takes none through its API. Nothing is deployed
   * for it: it counts where guardrails ask for audit devices.
   */
  z.strictObject({
    type: z.literal("server-configuration"),
    /** What the server calls it. */
    path: mountPath,
    /** Where a reviewer finds that configuration: a file of a repository, a page. */
    document: z
      .string()
      .regex(/^\S.*\S$/, { error: "names no document: say where the server's configuration is kept" }),
  }),
]);

export type DeclaredAuditDevice = z.output<typeof auditDevice>;

/** A request header that audit entries hold. */
export const auditedHeader = z.strictObject({ name: z.string().min(1), hmac: z.boolean().optional() });

export type DeclaredAuditedHeader = z.output<typeof auditedHeader>;

/** Devices that share a path. */
export function checkAudit(devices: readonly DeclaredAuditDevice[]): Misfit[] {
  return duplicates(
    "audit device",
    devices.map(({ type, path = type }, at) => ({ name: path, path: ["audit", at] })),
  );
}
