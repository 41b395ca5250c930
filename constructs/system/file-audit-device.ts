import type { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { LeaseholdError, show } from "../core/errors";
import { AuditDevice, type AuditDeviceOptions } from "./audit-device";

const modes = ["0600", "0640", "0000"] as const;

export interface FileAuditDeviceOptions extends AuditDeviceOptions {
  /** Absolute path on every node of the server, or `stdout`. Vault makes it; the folder must be writable for it. */
  readonly filePath: string;
  /** The file's mode: `0640` lets a group read it, `0000` leaves what it has alone. @default "0600" */
  readonly mode?: (typeof modes)[number];
}

/**
 * Appends to a file, which somebody must rotate: Vault opens it anew on SIGHUP. A full disk stops the server unless another device
 * can write.
 *
 * @see https://developer.hashicorp.com/vault/docs/audit/file
 */
export class FileAuditDevice extends AuditDevice {
  /**
   * @throws LeaseholdError when the file's path or mode, or an option of every device, can't be used.
   */
  constructor(scope: Construct, id: string, options: FileAuditDeviceOptions) {
    const where = `${scope.node.path}/${id}`;
    const filePath = requireFilePath(where, options.filePath);
    const mode = requireChoice(where, "mode", options.mode ?? "0600", modes);
    super(scope, id, options, {
      type: "file",
      destination: filePath,
      options: { file_path: filePath, ...(filePath === "stdout" ? {} : { mode }) },
    });
  }
}

function requireFilePath(where: string, filePath: string): string {
  if (filePath === "stdout") return filePath;
  const sound = typeof filePath === "string" && /^\/.*[^/]$/su.test(filePath) && !/\p{Cc}|[$%]\{/u.test(filePath);
  const steps = sound ? filePath.slice(1).split("/") : [];
  if (sound && !steps.some((step) => ["", ".", ".."].includes(step)) && steps[0] !== "dev") return filePath;
  throw new LeaseholdError(
    where,
    `filePath ${show(filePath)} is no file that keeps what is written`,
    'give an absolute path as in "/var/log/vault/audit.log", or "stdout"',
  );
}
