import { ApproleAuthBackendRole } from "@cdktf/provider-vault/lib/approle-auth-backend-role";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import type { TerraformStack } from "cdktf";
import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { TokenAuth } from "../../../constructs/auth/token-auth";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { FileAuditDevice, type FileAuditDeviceOptions } from "../../../constructs/system/file-audit-device";
import { SocketAuditDevice, type SocketAuditDeviceOptions } from "../../../constructs/system/socket-audit-device";
import { SyslogAuditDevice, type SyslogAuditDeviceOptions } from "../../../constructs/system/syslog-audit-device";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { ServerAuditDevice, serverAuditOf } from "../../../constructs/system/server-audit-device";
import { addresses, type Fields, onlyResource, resources, stackWithVault, synth } from "../../helpers/synth";

const filePath = "/var/log/vault/audit.log";

function file(options: Partial<FileAuditDeviceOptions> = {}): Fields {
  const stack = stackWithVault();
  new FileAuditDevice(stack, "Audit", { filePath, ...options });
  return onlyResource(synth(stack), "vault_audit");
}

function syslog(options: SyslogAuditDeviceOptions = {}): Fields {
  const stack = stackWithVault();
  new SyslogAuditDevice(stack, "Audit", options);
  return onlyResource(synth(stack), "vault_audit");
}

function socket(options: Partial<SocketAuditDeviceOptions> = {}): Fields {
  const stack = stackWithVault();
  new SocketAuditDevice(stack, "Audit", { address: "collector.company.com:9090", ...options });
  return onlyResource(synth(stack), "vault_audit");
}

/** What a caller whose types were not checked might give. */
const untyped = (value: unknown) => value as never;

describe("FileAuditDevice", () => {
  it("writes JSON to a file that nobody else reads, and says nothing that would show secrets", () => {
    expect(file()).toEqual({
      type: "file",
      path: "file",
      description: `Writes to ${filePath}`,
      options: { file_path: filePath, mode: "0600", format: "json" },
    });
  });

  it("takes every option", () => {
    const given = {
      path: "audit/second",
      description: "For the archive",
      mode: "0640",
      format: "jsonx",
      prefix: "@cee: ",
      elideListResponses: true,
    } as const;
    expect(file(given)).toEqual({
      type: "file",
      path: "audit/second",
      description: "For the archive",
      options: { file_path: filePath, mode: "0640", format: "jsonx", prefix: "@cee: ", elide_list_responses: "true" },
    });
  });

  it("writes to the server's own output, which has no mode", () => {
    expect(file({ filePath: "stdout" })["options"]).toEqual({ file_path: "stdout", format: "json" });
  });

  it.each(["", "audit.log", "/", "/var/log/", "/var/../etc/passwd", "/var//log", "discard", "/dev/null", "/a/${x}"])(
    "refuses the file %j",
    (path) => {
      expect(() => file({ filePath: path })).toThrow(
        `[dev/Audit] filePath ${JSON.stringify(path)} is no file that keeps what is written: ` +
          'give an absolute path as in "/var/log/vault/audit.log", or "stdout"',
      );
    },
  );

  it.each([
    [{ mode: untyped("0644") }, '[dev/Audit] mode "0644" is unknown: use 0600, 0640 or 0000'],
    [{ format: untyped("xml") }, '[dev/Audit] format "xml" is unknown: use json or jsonx'],
    [{ path: "a b" }, '[dev/Audit] path "a b" can\'t be used in a Vault path'],
    [{ prefix: "" }, '[dev/Audit] prefix "" can\'t stand before an entry'],
    [{ prefix: "${x}" }, '[dev/Audit] prefix "${x}" can\'t stand before an entry'],
    [{ elideListResponses: untyped("yes") }, '[dev/Audit] elideListResponses "yes" is unknown: use true or false'],
  ])("refuses %j", (options, message) => {
    expect(() => file(options)).toThrow(message);
  });
});

describe("SyslogAuditDevice", () => {
  it("writes to the machine's syslog as vault", () => {
    expect(syslog()).toEqual({
      type: "syslog",
      path: "syslog",
      description: "Writes to syslog",
      options: { facility: "AUTH", tag: "vault", format: "json" },
    });
  });

  it("takes its own options", () => {
    expect(syslog({ facility: "LOCAL3", tag: "vault-prod" })["options"]).toMatchObject({
      facility: "LOCAL3",
      tag: "vault-prod",
    });
  });

  it.each([
    [{ facility: untyped("MAIL") }, '[dev/Audit] facility "MAIL" is unknown: use AUTH, AUTHPRIV'],
    [{ tag: "two words" }, '[dev/Audit] tag "two words" can\'t name a program in a syslog'],
  ])("refuses %j", (options, message) => {
    expect(() => syslog(options)).toThrow(message);
  });
});

describe("SocketAuditDevice", () => {
  it("writes to a collector over TCP, and does not wait for it long", () => {
    expect(socket()).toEqual({
      type: "socket",
      path: "socket",
      description: "Writes to collector.company.com:9090",
      options: { address: "collector.company.com:9090", socket_type: "tcp", write_timeout: "2s", format: "json" },
    });
  });

  it("takes a unix socket", () => {
    const address = "/run/collector.sock";
    expect(socket({ address, socketType: "unix", writeTimeout: "5s" })["options"]).toMatchObject({
      address,
      socket_type: "unix",
      write_timeout: "5s",
    });
  });

  it.each([
    [{ socketType: untyped("tls") }, '[dev/Audit] socketType "tls" is unknown: use tcp, udp or unix'],
    [{ address: "collector" }, '[dev/Audit] address "collector" is no address of a tcp socket'],
    [{ address: "collector:70000" }, '[dev/Audit] address "collector:70000" is no address of a tcp socket'],
    [
      { address: "collector:90", socketType: "unix" as const },
      '[dev/Audit] address "collector:90" is no address of a unix socket',
    ],
    [{ writeTimeout: untyped("soon") }, '[dev/Audit] writeTimeout "soon" is not a duration'],
  ])("refuses %j", (options, message) => {
    expect(() => socket(options)).toThrow(message);
  });
});

describe("audit devices of a stack", () => {
  function pair(): TerraformStack {
    const stack = stackWithVault();
    new FileAuditDevice(stack, "First", { filePath });
    return stack;
  }

  it("can't have one path or one destination", () => {
    expect(() => new FileAuditDevice(pair(), "Second", { filePath: "/srv/audit.log" })).toThrow(
      '[dev/Second] audit device "file" is declared already, by dev/First',
    );
    expect(() => new FileAuditDevice(pair(), "Second", { filePath, path: "second" })).toThrow(
      `[dev/Second] destination of audit entries "${filePath}" is declared already, by dev/First`,
    );
  });

  it("come before whatever lets credentials out, wherever it was declared, and after nothing", () => {
    const stack = stackWithVault();
    new DatabaseSecretsEngine(stack, "Database");
    const approle = new AppRoleAuth(stack, "AppRole");
    approle.addRole("ci", { policies: [VaultPolicy.fromName("readers")] });
    new TokenAuth(stack, "Tokens").addRole("job", { policies: [VaultPolicy.fromName("readers")] });
    new ApproleAuthBackendRole(stack, "Elsewhere", { backend: "deployer", roleName: "x" });
    new Mount(stack, "Kv", { path: "kv", type: "kv-v2" });
    new FileAuditDevice(stack, "First", { filePath });
    new SyslogAuditDevice(stack, "Second");
    const synthesised = synth(stack);

    const [first, second] = Object.keys(synthesised.resource["vault_audit"] ?? {}).map((id) => `vault_audit.${id}`);
    const both = [first, second];
    const waiting = (type: string) => resources(synthesised, type).map((fields) => fields["depends_on"]);
    expect(waiting("vault_mount")).toEqual([both, both]);
    expect(waiting("vault_auth_backend")).toEqual([both]);
    expect(waiting("vault_token_auth_backend_role")).toEqual([both]);
    // The one on the declared mount waits for the mount.
    expect(waiting("vault_approle_auth_backend_role")).toEqual([undefined, both]);
    expect(waiting("vault_policy").every((each) => each === undefined)).toBe(true);
    expect(waiting("vault_audit")).toEqual([undefined, undefined]);
  });

  it("are waited for once, however often the stack is synthesised", () => {
    const stack = pair();
    const readers = new Policy(stack, "Readers", { name: "readers", policy: "" });
    new Mount(stack, "Kv", { path: "kv", type: "kv-v2", dependsOn: [readers] });
    synth(stack);
    expect(onlyResource(synth(stack), "vault_mount")["depends_on"]).toEqual([
      "vault_policy.Readers",
      expect.stringMatching(/^vault_audit\.First/),
    ]);
  });
});

describe("ServerAuditDevice", () => {
  const device = { path: "declared", document: "infrastructure/vault.hcl" };

  it("declares nothing, and is known to the guardrails of its stack alone", () => {
    const stack = stackWithVault();
    new ServerAuditDevice(stack, "Audit", device);
    expect(addresses(synth(stack))).toEqual([]);
    expect(serverAuditOf(stack)).toEqual([expect.objectContaining(device)]);
    expect(serverAuditOf(stackWithVault())).toEqual([]);
  });

  it("has a path of its own and names its document", () => {
    const stack = stackWithVault();
    new FileAuditDevice(stack, "File", { filePath, path: "declared" });
    expect(() => new ServerAuditDevice(stack, "Audit", device)).toThrow(
      '[dev/Audit] audit device "declared" is declared already, by dev/File',
    );
    expect(() => new ServerAuditDevice(stack, "A", { ...device, path: "a b" })).toThrow(
      '[dev/A] path "a b" can\'t be used in a Vault path',
    );
    expect(() => new ServerAuditDevice(stack, "B", { path: "other", document: "" })).toThrow("[dev/B] document");
  });
});
