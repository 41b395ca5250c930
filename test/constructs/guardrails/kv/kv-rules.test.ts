import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { GenericSecret } from "@cdktf/provider-vault/lib/generic-secret";
import { KvSecret } from "@cdktf/provider-vault/lib/kv-secret";
import { KvSecretBackendV2, type KvSecretBackendV2Config } from "@cdktf/provider-vault/lib/kv-secret-backend-v2";
import { KvSecretV2, type KvSecretV2Config } from "@cdktf/provider-vault/lib/kv-secret-v2";
import { Mount, type MountConfig } from "@cdktf/provider-vault/lib/mount";
import type { TerraformStack } from "cdktf";
import { checkAndSet } from "../../../../constructs/guardrails/kv/check-and-set";
import { keptVersions } from "../../../../constructs/guardrails/kv/kept-versions";
import { valueInState } from "../../../../constructs/guardrails/kv/value-in-state";
import { versionOne } from "../../../../constructs/guardrails/kv/version-one";
import { KvSecretsEngine } from "../../../../constructs/secrets/kv-secrets-engine";
import { against, findingsOf } from "../../../helpers/guardrails";
import { stackWithVault } from "../../../helpers/synth";

const mounted = (config: Partial<MountConfig>) => (stack: TerraformStack) =>
  new Mount(stack, "Secrets", { path: "secret", type: "kv", ...config });
const configured = (config: Partial<KvSecretBackendV2Config>) => (stack: TerraformStack) => {
  const { path } = mounted({ options: { version: "2" } })(stack);
  new KvSecretBackendV2(stack, "Config", { mount: path, casRequired: true, ...config });
};

describe("LH-KV-001", () => {
  it.each([{}, { options: { version: "1" } }, { type: "generic" }, { type: "kv-v1" }])("refuses %j", (config) => {
    expect(findingsOf(versionOne, mounted(config))).toEqual(["Secrets: is a mount of KV version 1"]);
  });

  it.each([
    { options: { version: "2" } },
    { type: "kv-v2" },
    { type: "transit" },
    { options: { version: "${var.v}" } },
  ])("has nothing against %j", (config) => {
    expect(findingsOf(versionOne, mounted(config))).toEqual([]);
  });

  it("has nothing against the construct", () => {
    expect(findingsOf(versionOne, (stack) => new KvSecretsEngine(stack, "Kv"))).toEqual([]);
  });
});

describe("LH-KV-002", () => {
  const secret = (config: Partial<KvSecretV2Config>) => (stack: TerraformStack) =>
    new KvSecretV2(stack, "Smtp", { mount: "secret", name: "smtp", ...config });

  it("refuses a value in each resource that keeps one", () => {
    const kept = (type: string) => [`Smtp: data_json of ${type} is kept in the Terraform state as it is`];
    expect(findingsOf(valueInState, secret({ dataJson: "{}" }))).toEqual(kept("vault_kv_secret_v2"));
    expect(
      findingsOf(valueInState, (stack) => new KvSecret(stack, "Smtp", { path: "secret/smtp", dataJson: "{}" })),
    ).toEqual(kept("vault_kv_secret"));
    expect(
      findingsOf(valueInState, (stack) => new GenericSecret(stack, "Smtp", { path: "secret/smtp", dataJson: "{}" })),
    ).toEqual(kept("vault_generic_secret"));
  });

  it("refuses a value that is written by the API's own path", () => {
    const written = (area: string) => (stack: TerraformStack) => {
      const { path } = mounted({ options: { version: "2" } })(stack);
      new GenericEndpoint(stack, "Smtp", { path: `${path}/${area}/smtp`, dataJson: "{}" });
    };
    expect(findingsOf(valueInState, written("data"))).toEqual([
      "Smtp: data_json of vault_generic_endpoint writes a secret, and is kept in the Terraform state as it is",
    ]);
    expect(findingsOf(valueInState, written("metadata"))).toEqual([]);
  });

  it("has nothing against a write-only value, or metadata alone", () => {
    expect(findingsOf(valueInState, secret({ dataJsonWo: "{}", dataJsonWoVersion: 1 }))).toEqual([]);
    expect(findingsOf(valueInState, (stack) => new KvSecretsEngine(stack, "Kv").addSecret("smtp"))).toEqual([]);
  });

  it("warns in a lab", () => {
    const stack = stackWithVault();
    secret({ dataJson: "{}" })(stack);
    expect(against(stack, "LH-KV-002", { tier: "lab" })).toEqual([expect.stringMatching(/^warning Smtp /)]);
    expect(against(stack, "LH-KV-002", { tier: "staging" })).toEqual([expect.stringMatching(/^error Smtp /)]);
  });
});

describe("LH-KV-003", () => {
  it("wants each mount to be told that writes are checked", () => {
    expect(findingsOf(checkAndSet, configured({ casRequired: false }))).toEqual(["Config: cas_required is not true"]);
    expect(findingsOf(checkAndSet, mounted({ options: { version: "2" } }))).toEqual([
      "Secrets: nothing sets cas_required for the mount",
    ]);
  });

  it("passes where it is, and has nothing to say of version 1", () => {
    expect(findingsOf(checkAndSet, configured({}))).toEqual([]);
    expect(findingsOf(checkAndSet, mounted({}))).toEqual([]);
    expect(findingsOf(checkAndSet, (stack) => new KvSecretsEngine(stack, "Kv"))).toEqual([]);
  });
});

describe("LH-KV-004", () => {
  it.each([1, 1_001])("refuses %d versions", (maxVersions) => {
    expect(findingsOf(keptVersions, configured({ maxVersions }))).toEqual([`Config: max_versions is ${maxVersions}`]);
  });

  it.each([undefined, 0, 2, 1_000])("passes %p", (maxVersions) => {
    expect(findingsOf(keptVersions, configured(maxVersions === undefined ? {} : { maxVersions }))).toEqual([]);
  });
});
