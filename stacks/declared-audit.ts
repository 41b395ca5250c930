import type { Construct } from "constructs";
import { AuditedHeader } from "../constructs/system/audited-header";
import { FileAuditDevice } from "../constructs/system/file-audit-device";
import { ServerAuditDevice } from "../constructs/system/server-audit-device";
import { SocketAuditDevice } from "../constructs/system/socket-audit-device";
import { SyslogAuditDevice } from "../constructs/system/syslog-audit-device";
import type { Environment } from "../environments/schema";
import type { DeclaredAuditDevice } from "../environments/system/audit";

/** Declares the audit devices of an environment, and the headers that they write down. */
export function declareAudit(scope: Construct, { audit, auditedHeaders }: Environment): void {
  for (const device of audit) declareDevice(scope, device);
  for (const header of auditedHeaders) new AuditedHeader(scope, `audited-header-${header.name}`, header);
}

function declareDevice(scope: Construct, device: DeclaredAuditDevice): void {
  const id = `audit-${device.path ?? device.type}`;
  switch (device.type) {
    case "file":
      new FileAuditDevice(scope, id, device);
      break;
    case "syslog":
      new SyslogAuditDevice(scope, id, device);
      break;
    case "socket":
      new SocketAuditDevice(scope, id, device);
      break;
    case "server-configuration":
      new ServerAuditDevice(scope, id, device);
      break;
  }
}
