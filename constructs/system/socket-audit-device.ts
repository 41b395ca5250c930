import type { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { AuditDevice, type AuditDeviceOptions } from "./audit-device";

const socketTypes = ["tcp", "udp", "unix"] as const;

export interface SocketAuditDeviceOptions extends AuditDeviceOptions {
  /** `host:port`, or the absolute path of a unix socket. */
  readonly address: string;
  /** `udp` may lose entries in silence. @default "tcp" */
  readonly socketType?: (typeof socketTypes)[number];
  /** How long a write may take until Vault gives it up. @default "2s" */
  readonly writeTimeout?: Duration;
}

/**
 * Writes to a socket. An entry can be lost when the connection breaks, so this is a second device, never the only one. Nothing is
 * encrypted on the way: use a collector on the same machine or in a trusted network.
 *
 * @see https://developer.hashicorp.com/vault/docs/audit/socket
 */
export class SocketAuditDevice extends AuditDevice {
  /**
   * @throws LeaseholdError when the address, the type, the time-out or an option of every device can't be used.
   */
  constructor(scope: Construct, id: string, options: SocketAuditDeviceOptions) {
    const where = `${scope.node.path}/${id}`;
    const { address, socketType = "tcp", writeTimeout = "2s" } = options;
    requireChoice(where, "socketType", socketType, socketTypes);
    requireAddress(where, address, socketType);
    parseDuration(where, "writeTimeout", writeTimeout);
    super(scope, id, options, {
      type: "socket",
      destination: address,
      options: { address, socket_type: socketType, write_timeout: writeTimeout },
    });
  }
}

function requireAddress(where: string, address: string, socketType: (typeof socketTypes)[number]): void {
  const isUnix = socketType === "unix";
  if (isUnix ? /^\/[^\p{Cc}${}]*[^/\p{Cc}${}]$/u.test(address) : isHostAndPort(address)) return;
  throw new LeaseholdError(
    where,
    `address ${show(address)} is no address of a ${socketType} socket`,
    isUnix ? 'give an absolute path as in "/run/audit.sock"' : 'give host and port as in "collector.company.com:9090"',
  );
}

function isHostAndPort(address: string): boolean {
  const [, port] = /^(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\]):(\d{1,5})$/.exec(address) ?? [];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}
