import { ApproleAuthBackendRole } from "@cdktf/provider-vault/lib/approle-auth-backend-role";
import { Audit } from "@cdktf/provider-vault/lib/audit";
import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import type { TerraformStack } from "cdktf";
import { auditAccessors } from "../../../../constructs/guardrails/system/audit-accessors";
import { auditDestination } from "../../../../constructs/guardrails/system/audit-destination";
import { auditFileMode } from "../../../../constructs/guardrails/system/audit-file-mode";
import { auditFirst } from "../../../../constructs/guardrails/system/audit-first";
import { auditRaw } from "../../../../constructs/guardrails/system/audit-raw";
import { twoAuditDevices } from "../../../../constructs/guardrails/system/two-audit-devices";
import { FileAuditDevice } from "../../../../constructs/system/file-audit-device";
import { ServerAuditDevice } from "../../../../constructs/system/server-audit-device";
import { SocketAuditDevice } from "../../../../constructs/system/socket-audit-device";
import { SyslogAuditDevice } from "../../../../constructs/system/syslog-audit-device";
import { findingsOf } from "../../../helpers/guardrails";

const kv = (stack: TerraformStack) => new Mount(stack, "Kv", { path: "kv", type: "kv-v2" });
const filePath = "/var/log/vault/audit.log";
const file = (stack: TerraformStack) => new FileAuditDevice(stack, "File", { filePath });

/** Devices of every type, as the constructs make them. */
function sound(stack: TerraformStack): void {
  kv(stack);
  file(stack);
  new SyslogAuditDevice(stack, "Syslog");
  new SocketAuditDevice(stack, "Socket", { address: "collector:9090" });
}

/** A device that somebody declared by the binding. */
function raw(options: Record<string, string>, type = "file") {
  return (stack: TerraformStack) => new Audit(stack, "Raw", { type, options });
}

describe("LH-SYS-001", () => {
  const findings = (declare: (stack: TerraformStack) => unknown) => findingsOf(twoAuditDevices, declare);
  const server = (path: string) => (stack: TerraformStack) =>
    new ServerAuditDevice(stack, path, { path, document: "infrastructure/vault.hcl" });

  it("wants two devices where credentials are issued", () => {
    expect(findings(kv)).toEqual(["audit: no audit device is deployed"]);
    expect(findings((stack) => (kv(stack), file(stack)))).toEqual(["audit: one audit device alone is deployed"]);
    expect(findings((stack) => (kv(stack), server("one")(stack)))).toEqual(["audit: no audit device is deployed"]);
    expect(findings(sound)).toEqual([]);
    expect(findings((stack) => new Policy(stack, "Readers", { name: "readers", policy: "" }))).toEqual([]);
  });

  it("counts those of the server's own configuration, and reports them", () => {
    expect(findings((stack) => (kv(stack), server("one")(stack), server("two")(stack)))).toEqual([
      "audit: no audit device is deployed [the server's own configuration declares one (infrastructure/vault.hcl), two (infrastructure/vault.hcl)]",
    ]);
    expect(findings((stack) => (kv(stack), file(stack), server("one")(stack)))).toEqual([
      "audit: one audit device alone is deployed [the server's own configuration declares one (infrastructure/vault.hcl)]",
    ]);
  });

  it("is a warning for a lab and for developers", () => {
    expect(twoAuditDevices.severity).toEqual({ lab: "warning", dev: "warning", staging: "error", prod: "error" });
  });
});

describe("LH-SYS-002", () => {
  it("wants each device to write elsewhere", () => {
    const both = (options: Record<string, string>, type: string) => (stack: TerraformStack) => {
      for (const path of ["first", "second"]) new Audit(stack, path, { type, path, options });
    };
    expect(findingsOf(auditDestination, both({ file_path: filePath }, "file"))).toEqual([
      `second: it writes to ${filePath}, and so does first`,
    ]);
    expect(findingsOf(auditDestination, both({ address: "a:1" }, "socket"))).toEqual([
      "second: it writes to a:1, and so does first",
    ]);
    expect(findingsOf(auditDestination, both({}, "syslog"))).toEqual([
      "second: it writes to syslog, and so does first",
    ]);
    expect(findingsOf(auditDestination, sound)).toEqual([]);
  });
});

describe("LH-SYS-003", () => {
  it.each(["true", "True", "1"])("refuses log_raw %j", (value) => {
    expect(findingsOf(auditRaw, raw({ file_path: filePath, log_raw: value }))).toEqual(["Raw: log_raw is true"]);
  });

  it("has nothing against devices without it", () => {
    expect(findingsOf(auditRaw, raw({ file_path: filePath, log_raw: "false" }))).toEqual([]);
    expect(findingsOf(auditRaw, sound)).toEqual([]);
  });
});

describe("LH-SYS-004", () => {
  it("wants what lets credentials out to wait for the devices", () => {
    const declare = (stack: TerraformStack) => {
      const mount = kv(stack);
      new ApproleAuthBackendRole(stack, "Role", { backend: mount.path, roleName: "x" });
      raw({ file_path: filePath })(stack);
    };
    expect(findingsOf(auditFirst, declare)).toEqual(["Kv: it does not wait for Raw", "Role: it does not wait for Raw"]);
  });

  it("is content with depends_on, of the mount for what is in it, however that names it", () => {
    const declare = (stack: TerraformStack) => {
      const audit = new Audit(stack, "Raw", { type: "file", options: { file_path: filePath } });
      const mount = new Mount(stack, "Kv", { path: "kv", type: "kv-v2", dependsOn: [audit] });
      new ApproleAuthBackendRole(stack, "Role", { backend: mount.path, roleName: "x" });
      new ApproleAuthBackendRole(stack, "ById", { backend: mount.id, roleName: "y" });
      new ApproleAuthBackendRole(stack, "Elsewhere", { backend: "deployer", roleName: "z", dependsOn: [audit] });
    };
    expect(findingsOf(auditFirst, declare)).toEqual([]);
  });

  it("knows the mount of what is written anywhere, and takes no mount for one below another", () => {
    const declare = (stack: TerraformStack) => {
      const audit = new Audit(stack, "Raw", { type: "file", options: { file_path: filePath } });
      const mount = new Mount(stack, "Kv", { path: "kv", type: "kv-v2", dependsOn: [audit] });
      new GenericEndpoint(stack, "Below", { path: `${mount.path}/metadata/app`, dataJson: "{}" });
      new GenericEndpoint(stack, "Beside", { path: "kv-other/config", dataJson: "{}" });
      new Mount(stack, "Team", { path: "kv/team", type: "kv-v2" });
    };
    expect(findingsOf(auditFirst, declare)).toEqual([
      "Team: it does not wait for Raw",
      "Beside: it does not wait for Raw",
    ]);
  });

  it("wants each on a mount that is managed elsewhere to wait by itself", () => {
    const declare = (stack: TerraformStack) => {
      const audit = new Audit(stack, "Raw", { type: "file", options: { file_path: filePath } });
      new ApproleAuthBackendRole(stack, "First", { backend: "deployer", roleName: "x", dependsOn: [audit] });
      new ApproleAuthBackendRole(stack, "Second", { backend: "deployer", roleName: "y" });
    };
    expect(findingsOf(auditFirst, declare)).toEqual(["Second: it does not wait for Raw"]);
  });

  it("has nothing against the constructs, which see to it, or where no device is deployed", () => {
    const declare = (stack: TerraformStack) => {
      new ApproleAuthBackendRole(stack, "Elsewhere", { backend: "deployer", roleName: "x" });
      sound(stack);
    };
    expect(findingsOf(auditFirst, declare)).toEqual([]);
    expect(findingsOf(auditFirst, kv)).toEqual([]);
  });
});

describe("LH-SYS-005", () => {
  it("wants accessors to be HMACs", () => {
    const findings = findingsOf(auditAccessors, raw({ file_path: filePath, hmac_accessor: "false" }));
    expect(findings).toEqual(["Raw: hmac_accessor is false"]);
    expect(findingsOf(auditAccessors, sound)).toEqual([]);
  });
});

describe("LH-SYS-006", () => {
  it.each(["0644", "0666", "660", "0620"])("refuses mode %s", (mode) => {
    expect(findingsOf(auditFileMode, raw({ file_path: filePath, mode }))).toEqual([
      `Raw: mode ${mode} lets others than its owner write it, or everybody read it`,
    ]);
  });

  it.each(["0600", "0640", "0000"] as const)("has nothing against %s", (mode) => {
    expect(findingsOf(auditFileMode, raw({ file_path: filePath, mode }))).toEqual([]);
    expect(findingsOf(auditFileMode, (stack) => new FileAuditDevice(stack, "File", { filePath, mode }))).toEqual([]);
  });

  it("has nothing against devices without a file", () => {
    expect(findingsOf(auditFileMode, sound)).toEqual([]);
  });
});
