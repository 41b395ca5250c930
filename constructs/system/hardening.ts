import { Construct } from "constructs";
import type { IAuthMethod } from "../auth/auth-method";
import { hardened } from "../core/hardened";
import type { ConnectionOptions } from "../database/database-connection";
import type { KvSecretsEngineProps } from "../secrets/kv-secrets-engine";
import type { AuditedHeaderProps } from "./audited-header";
import { AuditedHeader } from "./audited-header";
import { FileAuditDevice } from "./file-audit-device";
import { PasswordPolicy, type PasswordPolicyProps } from "./password-policy";
import { RateLimitQuota, type RateLimitQuotaProps } from "./rate-limit-quota";
import { ServerAuditDevice } from "./server-audit-device";
import { SyslogAuditDevice } from "./syslog-audit-device";
import { UiHeader, type UiHeaderProps } from "./ui-header";

/** Where entries go that must outlive a full disk. */
export type SecondAudit =
  /** The syslog of the server's machine. */
  | { readonly type: "syslog" }
  /** A file on another disk. */
  | { readonly type: "file"; readonly filePath: string }
  /** Both devices stand in the server's own configuration, as OpenBao wants it: `document` says where to read it. */
  | { readonly type: "server-configuration"; readonly document: string };

export interface HardeningProps {
  /** The file of the first audit device, on the server. @default "/var/log/vault/audit.log" */
  readonly auditFile?: string;
  /** The second device; Vault stops where none can be written to. @default { type: "syslog" } */
  readonly secondAudit?: SecondAudit;
  /** Headers that audit entries hold. @default X-Forwarded-For and X-Real-IP */
  readonly auditedHeaders?: readonly AuditedHeaderProps[];
  /** Rules for the passwords of database users. @default "strong": 24 letters, digits and signs */
  readonly passwordPolicy?: PasswordPolicyProps;
  /** What one client, by its address, may ask of the whole server. @default 500 requests in "1s" */
  readonly requests?: Pick<RateLimitQuotaProps, "rate" | "interval" | "blockInterval">;
  /** Headers that the user interface is served with besides Vault's own. @default no sniffing of content types, and no referrer */
  readonly uiHeaders?: readonly UiHeaderProps[];
}

/**
 * What the server as a whole is hardened with: two audit devices and the headers they write down, a limit of requests, headers of the
 * user interface, a strong password policy. What lies at a mount takes `connection`, `kv` and `limitLogins` from here.
 *
 * CORS needs nothing: a server lets no page in until somebody declares `Cors`. The same holds for auth methods: what nobody declares
 * is not mounted, and `leasehold drift` names what is mounted beside it. docs/hardening.md goes through all of it.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/production-hardening
 */
export class Hardening extends Construct {
  readonly passwordPolicy: PasswordPolicy;
  /** For connections of databases: `engine.addPostgres("orders", { ...hardening.connection, ... })`. */
  readonly connection: Pick<
    ConnectionOptions,
    "maxOpenConnections" | "maxIdleConnections" | "maxConnectionLifetime"
  > & {
    readonly passwordPolicy: PasswordPolicy;
  };
  /** For KV mounts: `new KvSecretsEngine(scope, "Secrets", { ...hardening.kv })`. */
  readonly kv: Pick<KvSecretsEngineProps, "casRequired" | "maxVersions"> = hardened.kv;

  /**
   * @throws LeaseholdError as the constructs do that it is made of, each with the place below this one.
   */
  constructor(scope: Construct, id: string, props: HardeningProps = {}) {
    super(scope, id);
    const {
      auditFile = "/var/log/vault/audit.log",
      secondAudit = { type: "syslog" },
      auditedHeaders = hardened.auditedHeaders,
      passwordPolicy = hardened.passwordPolicy,
      requests = hardened.requests,
      uiHeaders = hardened.uiHeaders,
    } = props;
    this.declareAudit(auditFile, secondAudit);
    for (const header of auditedHeaders) new AuditedHeader(this, `audited-header-${header.name}`, header);
    for (const header of uiHeaders) new UiHeader(this, `ui-header-${header.name}`, header);
    new RateLimitQuota(this, "Requests", { ...requests, name: "requests" });
    this.passwordPolicy = new PasswordPolicy(this, "Passwords", passwordPolicy);
    this.connection = { ...hardened.connection, passwordPolicy: this.passwordPolicy };
  }

  /** Limits how often one client may try to log in by a method. @default 60 times in "1m" */
  limitLogins(method: IAuthMethod, limit: Partial<HardeningProps["requests"]> = {}): RateLimitQuota {
    return new RateLimitQuota(this, `logins-${method.path}`, {
      ...hardened.logins,
      ...limit,
      name: `logins-${method.path.replaceAll("/", "-")}`,
      path: `auth/${method.path}`,
    });
  }

  private declareAudit(filePath: string, second: SecondAudit): void {
    switch (second.type) {
      case "server-configuration":
        new ServerAuditDevice(this, "FirstAudit", { path: "first", document: second.document });
        new ServerAuditDevice(this, "SecondAudit", { path: "second", document: second.document });
        return;
      case "file":
        new FileAuditDevice(this, "SecondAudit", { path: "second-file", filePath: second.filePath });
        break;
      case "syslog":
        new SyslogAuditDevice(this, "SecondAudit", {});
        break;
    }
    new FileAuditDevice(this, "FirstAudit", { filePath });
  }
}
