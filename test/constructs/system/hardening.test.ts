import { KubernetesAuth } from "../../../constructs/auth/kubernetes-auth";
import { SecretInput } from "../../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { KvSecretsEngine } from "../../../constructs/secrets/kv-secrets-engine";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { Hardening, type HardeningProps } from "../../../constructs/system/hardening";
import { serverAuditOf } from "../../../constructs/system/server-audit-device";
import { addresses, namedResource, onlyResource, resources, stackWithVault, synth } from "../../helpers/synth";

function synthesised(props: HardeningProps = {}, more: (hardening: Hardening) => void = () => undefined) {
  const stack = stackWithVault();
  more(new Hardening(stack, "Hardening", props));
  return synth(stack);
}

describe("Hardening", () => {
  it("declares two audit devices, the headers they write down, a limit, headers of the interface and a password policy", () => {
    const declared = synthesised();
    expect(resources(declared, "vault_audit").map(({ type, options }) => ({ type, options }))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: "file",
          options: expect.objectContaining({ file_path: "/var/log/vault/audit.log" }) as unknown,
        }),
        expect.objectContaining({ type: "syslog" }),
      ]),
    );
    expect(resources(declared, "vault_audit_request_header").map(({ name }) => name)).toEqual([
      "X-Forwarded-For",
      "X-Real-IP",
    ]);
    expect(onlyResource(declared, "vault_quota_rate_limit")).toMatchObject({
      name: "requests",
      rate: 500,
      interval: 1,
    });
    expect(onlyResource(declared, "vault_quota_rate_limit")).not.toHaveProperty("path");
    expect(onlyResource(declared, "vault_password_policy")).toMatchObject({ name: "strong" });
    expect(resources(declared, "vault_generic_endpoint").map(({ path }) => path)).toEqual([
      "sys/config/ui/headers/Referrer-Policy",
      "sys/config/ui/headers/X-Content-Type-Options",
    ]);
  });

  it("takes other values in place of each", () => {
    const declared = synthesised({
      auditFile: "/audit/one.log",
      secondAudit: { type: "file", filePath: "/other/two.log" },
      auditedHeaders: [],
      passwordPolicy: { name: "long", length: 40, charsets: [{ charset: "lowercase" }] },
      requests: { rate: 10, interval: "10s" },
      uiHeaders: [],
    });
    const files = resources(declared, "vault_audit").map(({ options }) => (options as { file_path: string }).file_path);
    expect(files.sort()).toEqual(["/audit/one.log", "/other/two.log"]);
    expect(onlyResource(declared, "vault_quota_rate_limit")).toMatchObject({ rate: 10, interval: 10 });
    expect(onlyResource(declared, "vault_password_policy")).toMatchObject({ name: "long" });
    expect(addresses(declared)).toHaveLength(4);
  });

  it("names the devices of a server whose configuration declares them, and deploys none", () => {
    const stack = stackWithVault({ server: { product: "openbao", version: "2.3" } });
    new Hardening(stack, "Hardening", { secondAudit: { type: "server-configuration", document: "openbao.hcl" } });
    expect(serverAuditOf(stack).map(({ path, document }) => [path, document])).toEqual([
      ["first", "openbao.hcl"],
      ["second", "openbao.hcl"],
    ]);
    expect(resources(synth(stack), "vault_audit")).toEqual([]);
  });

  it("gives connections their pool and their password policy, and KV mounts their checks", () => {
    const declared = synthesised({}, (hardening) => {
      const engine = new DatabaseSecretsEngine(hardening.node.scope as never, "Database");
      engine
        .addPostgres("orders", {
          ...hardening.connection,
          host: "postgres.company.com",
          database: "orders",
          admin: { username: "vault_admin", password: SecretInput.variable("orders_admin_password") },
        })
        .addRole("reader", { statements: PostgresStatements.memberOf("app_ro"), defaultTtl: "1h", maxTtl: "2h" });
      new KvSecretsEngine(hardening.node.scope as never, "Secrets", hardening.kv);
    });
    const connection = onlyResource(declared, "vault_database_secret_backend_connection");
    expect(connection["postgresql"]).toEqual(
      expect.objectContaining({ max_open_connections: 5, max_idle_connections: 2, max_connection_lifetime: 300 }),
    );
    expect(onlyResource(declared, "vault_database_secret_backend_role")["credential_config"]).toMatchObject({
      password_policy: expect.stringContaining("vault_password_policy") as unknown,
    });
    expect(onlyResource(declared, "vault_kv_secret_backend_v2")).toMatchObject({
      cas_required: true,
      max_versions: 10,
    });
  });

  it("limits logins by a method that it is given", () => {
    const declared = synthesised({}, (hardening) => {
      const method = new KubernetesAuth(hardening.node.scope as never, "Kubernetes", {
        path: "clusters/one",
        host: "https://kubernetes.company.com",
      });
      hardening.limitLogins(method);
    });
    expect(namedResource(declared, "vault_quota_rate_limit", "logins-clusters-one")).toMatchObject({
      path: "auth/clusters/one/login*",
      rate: 60,
      interval: 60,
    });
  });

  it.each<[HardeningProps, string]>([
    [{ auditFile: "audit.log" }, "[dev/Hardening/FirstAudit] filePath"],
    [
      { auditedHeaders: [{ name: "X-Vault-Token" }] },
      "[dev/Hardening/audited-header-X-Vault-Token] header X-Vault-Token",
    ],
    [{ requests: { rate: 0 } }, "[dev/Hardening/Requests] rate 0 lets nobody in"],
    [{ passwordPolicy: { name: "weak", length: 8, charsets: [{ charset: "digits" }] } }, "[dev/Hardening/Passwords]"],
    [{ uiHeaders: [{ name: "X-Vault-Own", value: "x" }] }, "[dev/Hardening/ui-header-X-Vault-Own] name X-Vault-Own"],
    [{ secondAudit: { type: "server-configuration", document: "" } }, "[dev/Hardening/FirstAudit] document"],
  ])("refuses %j by its place", (props, start) => {
    expect(() => synthesised(props)).toThrow(start);
  });
});
