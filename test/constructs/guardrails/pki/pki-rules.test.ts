import { Mount } from "@cdktf/provider-vault/lib/mount";
import {
  PkiSecretBackendRole,
  type PkiSecretBackendRoleConfig,
} from "@cdktf/provider-vault/lib/pki-secret-backend-role";
import { PkiSecretBackendRootCert } from "@cdktf/provider-vault/lib/pki-secret-backend-root-cert";
import type { TerraformStack } from "cdktf";
import { anyName } from "../../../../constructs/guardrails/pki/any-name";
import { certificateTtl } from "../../../../constructs/guardrails/pki/certificate-ttl";
import { findingsOf } from "../../../helpers/guardrails";

/** A role on a mount that lets certificates live for thirty days, with a root that lives for twenty. */
function role(config: Partial<PkiSecretBackendRoleConfig>, { maxLeaseTtlSeconds = 2_592_000, rootTtl = "480h" } = {}) {
  return (stack: TerraformStack) => {
    const mount = new Mount(stack, "Pki", { path: "pki", type: "pki", maxLeaseTtlSeconds });
    new PkiSecretBackendRootCert(stack, "Root", {
      backend: mount.path,
      type: "internal",
      commonName: "Example",
      ttl: rootTtl,
    });
    new PkiSecretBackendRole(stack, "Servers", {
      backend: mount.path,
      name: "servers",
      allowedDomains: ["example.com"],
      ...config,
    });
  };
}

describe("LH-PKI-001", () => {
  it("wants names to be allowed one by one", () => {
    expect(findingsOf(anyName, role({ allowAnyName: true }))).toEqual(["Servers: allow_any_name is true"]);
    expect(findingsOf(anyName, role({ allowAnyName: false }))).toEqual([]);
    expect(findingsOf(anyName, role({}))).toEqual([]);
  });
});

describe("LH-PKI-002", () => {
  const findings = (...given: Parameters<typeof role>) => findingsOf(certificateTtl, role(...given));

  it.each(["21d", "504h", "1814400"])("refuses a TTL of %s over the issuer's", (ttl) => {
    expect(findings({ ttl })).toEqual(["Servers: ttl 21d exceeds the life of its issuer, 20d"]);
  });

  it("refuses a maximum over the mount's and the issuer's", () => {
    expect(findings({ ttl: "1d", maxTtl: "40d" })).toEqual([
      "Servers: max_ttl 40d exceeds the mount's maximum, 30d",
      "Servers: max_ttl 40d exceeds the life of its issuer, 20d",
    ]);
    expect(findings({ maxTtl: "2h" }, { rootTtl: "1h" })).toEqual([
      "Servers: max_ttl 2h exceeds the life of its issuer, 1h",
    ]);
  });

  it("refuses a root over its mount's maximum, which would cut it short", () => {
    expect(findings({}, { rootTtl: "31d" })).toEqual(["Root: ttl 31d exceeds the mount's maximum, 30d"]);
  });

  it("has nothing against what ends in time, or is not known before it is deployed", () => {
    expect(findings({ ttl: "1d", maxTtl: "10d" })).toEqual([]);
    expect(findings({ ttl: "${var.ttl}" })).toEqual([]);
    expect(findings({})).toEqual([]);
  });
});
