import { Audit } from "@cdktf/provider-vault/lib/audit";
import { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { LeaseholdError, show } from "../core/errors";
import { requireMountPath } from "../core/names";
import { claimEverywhere } from "../provider/claim";
import { requireRootNamespace } from "../provider/placement";
import { VaultEndpoint } from "../provider/vault-endpoint";
import { AuditOrder } from "./audit-order";

/** What every audit device can be told. */
export interface AuditDeviceOptions {
  /** What Vault calls it, below `sys/audit/`. @default the device's type */
  readonly path?: string;
  /** Shown by `vault audit list`. @default where it writes to */
  readonly description?: string;
  /** How entries are written. @default "json" */
  readonly format?: "json" | "jsonx";
  /** Written before every entry. Vault 1.20 and later refuse it for files unless `allow_audit_log_prefixing` is set. @default none */
  readonly prefix?: string;
  /** Write how many entries a list has in place of the entries, which can be large. @default false */
  readonly elideListResponses?: boolean;
}

/** What a type of device adds. */
export interface AuditDeviceType {
  readonly type: "file" | "syslog" | "socket";
  /** Where it writes to: no two devices of a stack write to one place, since they would fail together. */
  readonly destination: string;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Where Vault writes down each request and answer. Secrets in them, and the accessors of tokens, are written as HMACs: nothing here
 * turns that off. Vault answers no request that no device could write down, so have two at least, which do not fail together.
 *
 * Everything in the stack that lets credentials out is created after its audit devices, and removed before them.
 *
 * @see https://developer.hashicorp.com/vault/docs/audit
 */
export abstract class AuditDevice extends Construct {
  readonly path: string;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, another device writes to the same place, an option can't be
   * used, or the server makes no devices through its API.
   */
  constructor(scope: Construct, id: string, options: AuditDeviceOptions, device: AuditDeviceType) {
    super(scope, id);
    const where = this.node.path;
    this.path = requireMountPath(where, "path", options.path ?? device.type);
    VaultEndpoint.of(this).server.require(where, `audit device ${this.path}`, "auditDevicesByApi");
    requireRootNamespace(this, `audit device ${this.path}`);
    claimEverywhere(this, "audit device", this.path);
    claimEverywhere(this, "destination of audit entries", device.destination);
    const { format = "json", elideListResponses = false } = options;
    const resource = new Audit(this, "Resource", {
      type: device.type,
      path: this.path,
      description: options.description ?? `Writes to ${device.destination}`,
      options: {
        ...device.options,
        format: requireChoice(where, "format", format, ["json", "jsonx"]),
        ...(options.prefix === undefined ? {} : { prefix: requirePrefix(where, options.prefix) }),
        ...(requireChoice(where, "elideListResponses", elideListResponses, [true, false])
          ? { elide_list_responses: "true" }
          : {}),
      },
    });
    this.node.defaultChild = resource;
    AuditOrder.of(this).add(resource);
  }
}

function requirePrefix(where: string, prefix: string): string {
  if (prefix.length > 0 && !/\p{Cc}|[$%]\{/u.test(prefix)) return prefix;
  throw new LeaseholdError(
    where,
    `prefix ${show(prefix)} can't stand before an entry`,
    "give a text without control characters, ${ or %{, or leave it out",
  );
}
