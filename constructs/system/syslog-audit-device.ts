import type { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { LeaseholdError, show } from "../core/errors";
import { AuditDevice, type AuditDeviceOptions } from "./audit-device";

const facilities = [
  "AUTH",
  "AUTHPRIV",
  "DAEMON",
  "USER",
  "LOCAL0",
  "LOCAL1",
  "LOCAL2",
  "LOCAL3",
  "LOCAL4",
  "LOCAL5",
  "LOCAL6",
  "LOCAL7",
] as const;

export interface SyslogAuditDeviceOptions extends AuditDeviceOptions {
  /** @default "AUTH" */
  readonly facility?: (typeof facilities)[number];
  /** The program that entries are from. @default "vault" */
  readonly tag?: string;
}

/**
 * Writes to the syslog of the server's own machine. Entries can be longer than a syslog takes, so this is a second device, never
 * the only one.
 *
 * @see https://developer.hashicorp.com/vault/docs/audit/syslog
 */
export class SyslogAuditDevice extends AuditDevice {
  /**
   * @throws LeaseholdError when the facility, the tag or an option of every device can't be used, or the stack has a syslog device.
   */
  constructor(scope: Construct, id: string, options: SyslogAuditDeviceOptions = {}) {
    const where = `${scope.node.path}/${id}`;
    const facility = requireChoice(where, "facility", options.facility ?? "AUTH", facilities);
    const tag = requireTag(where, options.tag ?? "vault");
    super(scope, id, options, { type: "syslog", destination: "syslog", options: { facility, tag } });
  }
}

function requireTag(where: string, tag: string): string {
  if (/^[\w.-]{1,32}$/.test(tag)) return tag;
  throw new LeaseholdError(
    where,
    `tag ${show(tag)} can't name a program in a syslog`,
    "use 1 to 32 letters, digits, `_`, `-` and `.`",
  );
}
