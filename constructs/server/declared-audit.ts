import { LeaseholdError, show } from "../core/errors";
import { requireMountPath } from "../core/names";
import { type Block, block, type Value } from "./configuration-text";
import { choice, type Fields, filePath, flag, hostAndPort, type Place, renderFields, required, text } from "./fields";

interface AnyDevice {
  /** What the server calls it. */
  readonly path: string;
  /** @default where it writes to */
  readonly description?: string;
  /** Write how many entries a list has in place of the entries. @default false */
  readonly elideListResponses?: boolean;
}

/** Appends to a file. */
export interface FileDevice extends AnyDevice {
  readonly type: "file";
  /** Absolute path, or `stdout`. */
  readonly filePath: string;
  /** @default "0600" */
  readonly mode?: "0600" | "0640" | "0000";
}

/** Writes to the syslog of the machine. */
export interface SyslogDevice extends AnyDevice {
  readonly type: "syslog";
  /** @default "AUTH" */
  readonly facility?: string;
  /** @default "openbao" */
  readonly tag?: string;
}

/** Writes to a socket; entries can be lost. */
export interface SocketDevice extends AnyDevice {
  readonly type: "socket";
  /** Host and port. */
  readonly address: string;
  /** @default "tcp" */
  readonly socketType?: "tcp" | "udp";
}

/**
 * An audit device that the server makes by its own configuration, as OpenBao's must be. All nodes have to name the same.
 *
 * @see https://openbao.org/docs/configuration/audit/
 */
export type DeclaredAuditDevice = FileDevice | SyslogDevice | SocketDevice;

/** What is in `options`, where the server takes texts only. */
type Options<T> = Omit<T, "type" | "path" | "description">;

const elideListResponses = { elideListResponses: flag("elide_list_responses") };

const file: Fields<Options<FileDevice>> = {
  filePath: required({
    render: (place, option, value) =>
      value === "stdout" ? { attributes: { file_path: value } } : filePath("file_path").render(place, option, value),
  }),
  mode: choice("mode", ["0600", "0640", "0000"]),
  ...elideListResponses,
};

const syslog: Fields<Options<SyslogDevice>> = { facility: text("facility"), tag: text("tag"), ...elideListResponses };

const socket: Fields<Options<SocketDevice>> = {
  address: required(hostAndPort("address")),
  socketType: choice("socket_type", ["tcp", "udp"]),
  ...elideListResponses,
};

/** An `audit` block. */
export function auditBlock(given: Place, device: DeclaredAuditDevice, at: number): Block {
  const place = { ...given, where: `${given.where}: audit[${at}] ${device.type}` };
  const { where } = place;
  place.program.require(where, "audit", "declaredAudit");
  const { path, description, ...options } = device;
  const rendered = optionsOf(place, options as DeclaredAuditDevice, at);
  const attributes: Record<string, Value> = {
    // Without it the server takes the options for a label, in JSON.
    ...text("description").render(place, "description", description ?? `Writes to ${destinationOf(device)}`).attributes,
    options: Object.fromEntries(
      Object.entries(rendered).map(([name, value]) => [
        name,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  };
  return block("audit", { attributes, blocks: [] }, device.type, requireMountPath(where, "path", path));
}

function destinationOf(device: DeclaredAuditDevice): string {
  if (device.type === "file") return device.filePath;
  return device.type === "syslog" ? "the syslog" : device.address;
}

function optionsOf(place: Place, options: DeclaredAuditDevice, at: number): Readonly<Record<string, Value>> {
  switch (options.type) {
    case "file": {
      const mode = options.filePath === "stdout" ? {} : { mode: "0600" as const };
      return renderFields(place, file, { ...mode, ...options }).attributes;
    }
    case "syslog":
      return renderFields(place, syslog, options).attributes;
    case "socket":
      return renderFields(place, socket, options).attributes;
    default:
      throw new LeaseholdError(
        place.where,
        `audit[${at}] is of the type ${show((options as { readonly type: unknown }).type)}`,
        "use file, syslog or socket",
      );
  }
}
