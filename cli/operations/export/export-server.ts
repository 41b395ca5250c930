import { z } from "zod";
import { VaultRefusal, type VaultClient } from "../../vault-client";
import { authObjects, engineObjects, type ExportedObjects } from "./engine-objects";
import { allowed, type FieldList, fields } from "./field-list";

/** What a server is set up as, in files by their paths below a folder. */
export interface ServerExport {
  readonly files: ReadonlyMap<string, string>;
  /** What the token may not see, and what nothing is known of. */
  readonly unseen: readonly string[];
  /** Files, and folders with a `/` at their end, of which the token may not see whether they are still as they were. */
  readonly hidden: readonly string[];
}

const anyAnswer = z.object({ data: z.record(z.string(), z.unknown()) });
const mountAnswer = z.object({ data: z.record(z.string(), z.looseObject({ type: z.string() })) });
const policyAnswer = z.object({ data: z.object({ policy: z.string() }) });

/** A mount's own settings; its accessor and its UUID differ after each restore, and say nothing. */
const mountFields: FieldList = {
  ...fields(
    "type",
    "description",
    "local",
    "seal_wrap",
    "external_entropy_access",
    "options",
    "plugin_version",
    "deprecation_status",
  ),
  config: fields(
    ...["default_lease_ttl", "max_lease_ttl", "force_no_cache", "listing_visibility", "token_type"],
    ...["audit_non_hmac_request_keys", "audit_non_hmac_response_keys", "passthrough_request_headers"],
    ...["allowed_response_headers", "allowed_managed_keys"],
  ),
};

const auditFields: FieldList = {
  ...fields("type", "description", "local"),
  options: fields(
    ...["file_path", "mode", "format", "prefix", "log_raw", "hmac_accessor", "elide_list_responses", "facility", "tag"],
    ...["address", "socket_type", "write_timeout", "fallback", "filter", "exclude"],
  ),
};

const settings: readonly (ExportedObjects & { readonly file: string })[] = [
  { file: "audited-headers", path: "sys/config/auditing/request-headers", listed: false, fields: fields("headers") },
  {
    file: "cors",
    path: "sys/config/cors",
    listed: false,
    fields: fields("enabled", "allowed_headers", "allowed_origins"),
  },
  {
    file: "rotation",
    path: "sys/rotate/config",
    listed: false,
    fields: fields("enabled", "interval", "max_operations"),
  },
  {
    file: "quotas/config",
    path: "sys/quotas/config",
    listed: false,
    fields: fields(
      ...["absolute_rate_limit_exempt_paths", "enable_rate_limit_audit_logging", "enable_rate_limit_response_headers"],
      ...["rate_limit_exempt_paths"],
    ),
  },
  {
    file: "quotas/rate-limit",
    path: "sys/quotas/rate-limit",
    listed: true,
    fields: fields(
      "block_interval",
      "interval",
      "name",
      "path",
      "rate",
      "role",
      "type",
      "inheritable",
      "group_by",
      "secondary_rate",
    ),
  },
  {
    file: "quotas/lease-count",
    path: "sys/quotas/lease-count",
    listed: true,
    fields: fields("max_leases", "name", "path", "role", "type", "inheritable"),
  },
  {
    file: "autopilot",
    path: "sys/storage/raft/autopilot/configuration",
    listed: false,
    fields: fields(
      ...["cleanup_dead_servers", "dead_server_last_contact_threshold", "disable_upgrade_migration"],
      ...["last_contact_threshold", "max_trailing_logs", "min_quorum", "server_stabilization_time"],
    ),
  },
  { file: "groups", path: "identity/group/name", listed: true, fields: fields("name", "type", "policies", "metadata") },
];

/** Mounts that every server has, and that hold nothing of how it is set up. */
const builtIn = ["cubbyhole", "identity", "system", "ns_cubbyhole", "ns_identity", "ns_system"];

/** Reads how a server (or a namespace) is set up. */
export function exportServer(vault: VaultClient): Promise<ServerExport> {
  return new ServerExporter(vault).run();
}

class ServerExporter {
  private readonly files = new Map<string, string>();
  private readonly unseen: string[] = [];
  private readonly hidden: string[] = [];

  constructor(private readonly vault: VaultClient) {}

  async run(): Promise<ServerExport> {
    await this.policies("acl");
    await this.policies("password");
    await this.mounts("sys/mounts", "mounts", (path) => path, engineObjects);
    await this.mounts("sys/auth", "auth", (path) => `auth/${path}`, authObjects);
    await this.audit();
    for (const { file, path, ...objects } of settings) {
      await this.objects(path, `settings/${file}`, objects);
    }
    const files = new Map([...this.files].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { files, unseen: [...this.unseen].sort(), hidden: this.hidden };
  }

  private async policies(kind: "acl" | "password"): Promise<void> {
    for (const name of await this.names(`sys/policies/${kind}`, `policies/${kind}/`)) {
      if (kind === "acl" && name === "root") continue; // it has no text
      const file = `policies/${kind}/${fileName(name)}.hcl`;
      const answer = await this.look(`sys/policies/${kind}/${encodeURIComponent(name)}`, file, policyAnswer);
      if (answer !== undefined) this.add(file, `${answer.data.policy.trimEnd()}\n`);
    }
  }

  private async mounts(
    path: string,
    folder: string,
    apiPath: (mount: string) => string,
    known: Readonly<Record<string, readonly ExportedObjects[]>>,
  ): Promise<void> {
    const mounts = (await this.look(path, `${folder}/`, mountAnswer))?.data ?? {};
    for (const [slashed, mount] of Object.entries(mounts)) {
      if (builtIn.includes(mount.type)) continue;
      const name = slashed.replace(/\/$/, "");
      const at = `${folder}/${name.split("/").map(fileName).join("/")}`;
      this.addJson(
        `${at}/mount.json`,
        allowed(mountFields, without(mount, "accessor", "uuid", "running_plugin_version", "running_sha256")),
      );
      const isFirstKv = mount.type === "kv" && (mount["options"] as { version?: string } | null)?.version !== "2";
      if (isFirstKv) continue; // it has no configuration
      for (const objects of known[mount.type] ?? []) {
        await this.objects(`${apiPath(name)}/${objects.path}`, `${at}/${objects.path}`, objects);
      }
      if (known[mount.type] === undefined) {
        this.unseen.push(`${path}/${name}: what ${mount.type} holds is not exported, its mount is`);
      }
    }
  }

  private async audit(): Promise<void> {
    const devices = (await this.look("sys/audit", "audit/", mountAnswer))?.data ?? {};
    for (const [path, device] of Object.entries(devices)) {
      this.addJson(`audit/${fileName(path.replace(/\/$/, ""))}.json`, allowed(auditFields, without(device, "path")));
    }
  }

  private async objects(
    path: string,
    file: string,
    { listed, fields: list }: Omit<ExportedObjects, "path">,
  ): Promise<void> {
    if (!listed) {
      await this.object(path, `${file}.json`, list);
      return;
    }
    for (const name of await this.names(path, `${file}/`)) {
      await this.object(`${path}/${encodeURIComponent(name)}`, `${file}/${fileName(name)}.json`, list);
    }
  }

  private async object(path: string, file: string, list: FieldList): Promise<void> {
    const answer = await this.look(path, file, anyAnswer);
    if (answer !== undefined) this.addJson(file, allowed(list, answer.data));
  }

  /** Nothing where there is nothing, or where the server has no such thing. */
  private async look<T>(path: string, file: string, answer: z.ZodType<T>): Promise<T | undefined> {
    try {
      return await this.vault.read(path, answer);
    } catch (thrown) {
      this.noteRefusal(path, file, thrown);
      return undefined;
    }
  }

  private async names(path: string, folder: string): Promise<string[]> {
    try {
      return (await this.vault.list(path)).filter((name) => !name.endsWith("/")).sort();
    } catch (thrown) {
      this.noteRefusal(`${path} (list)`, folder, thrown);
      return [];
    }
  }

  private noteRefusal(path: string, hidden: string, thrown: unknown): void {
    if (!(thrown instanceof VaultRefusal)) throw thrown;
    if ([400, 404, 405].includes(thrown.status)) return;
    if (thrown.status !== 403) throw thrown;
    this.unseen.push(`${path}: the token may not see it`);
    this.hidden.push(hidden);
  }

  private addJson(file: string, value: unknown): void {
    this.add(file, `${JSON.stringify(value, undefined, 2)}\n`);
  }

  private add(file: string, text: string): void {
    this.files.set(file, text);
  }
}

/** What says nothing of how something is set up. */
function without(value: Readonly<Record<string, unknown>>, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** A name that any file system takes, and that is read back by decoding it. */
function fileName(name: string): string {
  return encodeURIComponent(name).replace(/^\.+/, (dots) => dots.replaceAll(".", "%2E"));
}
