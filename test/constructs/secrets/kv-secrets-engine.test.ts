import { SecretInput } from "../../../constructs/core/secret-input";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import type { KvSecretOptions } from "../../../constructs/secrets/kv-secret";
import { KvSecretsEngine, type KvSecretsEngineProps } from "../../../constructs/secrets/kv-secrets-engine";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { against } from "../../helpers/guardrails";
import { addresses, onlyResource, resources, stackWithVault, synth, warnings } from "../../helpers/synth";

const newest = { provider: "~> 5.6" };
const oldest = { provider: "= 4.4.0" };
const data = { user: SecretInput.variable("smtp_user"), password: SecretInput.variable("smtp_password") };

function mount(props?: KvSecretsEngineProps) {
  const stack = stackWithVault();
  const kv = new KvSecretsEngine(stack, "Kv", props);
  return { stack, kv };
}

function secret(options: KvSecretOptions, endpoint = newest) {
  const stack = stackWithVault(endpoint);
  const declared = new KvSecretsEngine(stack, "Kv").addSecret("prod/shop/smtp", options);
  return { stack, declared, synthesised: synth(stack) };
}
const metadata = (options: KvSecretOptions) => {
  const { data_json: json } = onlyResource(secret(options).synthesised, "vault_generic_endpoint");
  return JSON.parse(json as string) as unknown;
};

describe("KvSecretsEngine", () => {
  it("mounts version 2, keeps ten versions, and has writes checked", () => {
    const synthesised = synth(mount().stack);
    expect(onlyResource(synthesised, "vault_mount")).toMatchObject({
      path: "secret",
      type: "kv",
      options: { version: "2" },
    });
    expect(onlyResource(synthesised, "vault_kv_secret_backend_v2")).toEqual({
      mount: expect.stringMatching(/^\$\{vault_mount\.Kv.*\.path\}$/) as string,
      max_versions: 10,
      cas_required: true,
      delete_version_after: 0,
    });
  });

  it("takes what is said of it, and passes the guardrails", () => {
    const { stack } = mount({ path: "team/secret", maxVersions: 20, deleteVersionAfter: "30d", preventDestroy: true });
    const synthesised = synth(stack);
    expect(onlyResource(synthesised, "vault_mount")).toMatchObject({
      path: "team/secret",
      lifecycle: { prevent_destroy: true },
    });
    expect(onlyResource(synthesised, "vault_kv_secret_backend_v2")).toMatchObject({
      max_versions: 20,
      delete_version_after: 2_592_000,
    });
    for (const id of ["LH-KV-001", "LH-KV-002", "LH-KV-003", "LH-KV-004"]) expect(against(stack, id)).toEqual([]);
  });

  it.each<[KvSecretsEngineProps, string]>([
    [
      { version: 1 as unknown as 2 },
      "[dev/Kv] version 1 is given: KV version 1 keeps one value of a secret, and a write or a deletion ends it for good",
    ],
    [{ maxVersions: 0 }, "[dev/Kv] maxVersions 0 is out of range: give a whole number from 1 to 1000"],
    [{ maxVersions: 1_001 }, "[dev/Kv] maxVersions 1001 is out of range"],
    [{ casRequired: "yes" as unknown as boolean }, '[dev/Kv] casRequired "yes" is unknown'],
    [{ deleteVersionAfter: "0s" }, '[dev/Kv] deleteVersionAfter "0s" is not a duration'],
    [{ path: "/a" }, '[dev/Kv] path "/a" can\'t be used in a Vault path'],
  ])("refuses %j", (props, message) => {
    expect(() => mount(props)).toThrow(message);
  });

  it("can be told that writes need no check, which a guardrail sees", () => {
    expect(against(mount({ casRequired: false }).stack, "LH-KV-003")).toEqual([
      "error Kv/Config cas_required is not true",
    ]);
  });
});

describe("a secret", () => {
  it("is described without a value, after the mount is ready, and stays when it is declared no more", () => {
    const { synthesised } = secret({ customMetadata: { owner: "shop", "on call": "#payments" } });
    expect(addresses(synthesised).map((address) => address.split(".")[0])).toEqual([
      "vault_generic_endpoint",
      "vault_kv_secret_backend_v2",
      "vault_mount",
    ]);
    expect(onlyResource(synthesised, "vault_generic_endpoint")).toMatchObject({
      path: expect.stringMatching(/^\$\{vault_mount\.Kv.*\.path\}\/metadata\/prod\/shop\/smtp$/) as string,
      disable_delete: true,
      ignore_absent_fields: true,
      depends_on: [expect.stringMatching(/^vault_kv_secret_backend_v2\./)],
    });
  });

  it.each<[KvSecretOptions, object]>([
    [{}, { custom_metadata: null, max_versions: 0, cas_required: false, delete_version_after: "0s" }],
    [{ customMetadata: {} }, { custom_metadata: null }],
    [
      { customMetadata: { owner: "shop" }, maxVersions: 3, casRequired: true },
      {
        custom_metadata: { owner: "shop" },
        max_versions: 3,
        cas_required: true,
      },
    ],
    [{ deleteVersionAfter: "45s" }, { delete_version_after: "45s" }],
    [{ deleteVersionAfter: "90s" }, { delete_version_after: "1m30s" }],
    [{ deleteVersionAfter: "2d" }, { delete_version_after: "48h0m0s" }],
  ])("says all that there is to say of %j, in Vault's words", (options, expected) => {
    expect(metadata(options)).toMatchObject(expected);
  });

  it("is written through a write-only argument, checked, and never read back", () => {
    const { synthesised, declared } = secret({ data, dataVersion: 4 });
    expect(onlyResource(synthesised, "vault_kv_secret_v2")).toMatchObject({
      name: "prod/shop/smtp",
      disable_read: true,
      options: { cas: "3" },
      data_json_wo: '${jsonencode({"user" = var.smtp_user, "password" = var.smtp_password})}',
      data_json_wo_version: 4,
      depends_on: expect.arrayContaining([expect.stringMatching(/^vault_generic_endpoint\./)]) as string[],
    });
    expect(onlyResource(synthesised, "vault_kv_secret_v2")).not.toHaveProperty("data_json");
    expect(synthesised.variable["smtp_password"]).toMatchObject({ sensitive: true, ephemeral: true });
    expect(warnings(declared.node.findChild("Data"))).toEqual([]);
  });

  it("is refused a value that an older provider would leave in the state", () => {
    expect(() => secret({ data }, oldest)).toThrow(
      "[dev/Kv/secret-prod--shop--smtp] data is given, and hashicorp/vault = 4.4.0 may lack data_json_wo of vault_kv_secret_v2 (first in 5.0): " +
        "the secret's value lies in the Terraform state, in every backup of it and in every plan: " +
        'raise vault.provider to ">= 5.0", or leave data out',
    );
  });

  it("may have one there for a reason, with a warning and in the guardrails' report", () => {
    const { stack, declared, synthesised } = secret({ data, valueInStateReason: "the state is sealed" }, oldest);
    const fields = onlyResource(synthesised, "vault_kv_secret_v2");
    expect(fields).toMatchObject({ data_json: expect.stringContaining("jsonencode") as string, options: { cas: "0" } });
    expect(fields).not.toHaveProperty("data_json_wo");
    expect(synthesised.variable["smtp_password"]).not.toHaveProperty("ephemeral");
    expect(warnings(declared.node.findChild("Data"))).toEqual([
      expect.stringMatching(/may lack data_json_wo .*the secret's value lies in the Terraform state/),
    ]);
    expect(against(stack, "LH-KV-002")).toEqual([]);
  });

  it("needs no reason where the provider keeps the value out, and then has none to show", () => {
    const { synthesised } = secret({ data, valueInStateReason: "in case the provider is old" });
    expect(onlyResource(synthesised, "vault_kv_secret_v2")).toHaveProperty("data_json_wo");
  });

  it("is destroyed with its declaration for a reason only", () => {
    const { synthesised } = secret({ data, destroyReason: "made anew by its job" });
    expect(onlyResource(synthesised, "vault_generic_endpoint")).toMatchObject({ disable_delete: false });
  });

  const where = "[dev/Kv/secret-prod--shop--smtp]";
  it.each<[KvSecretOptions, string]>([
    [{ customMetadata: { owner: "" } }, `${where} customMetadata.owner "" can't be compared with`],
    [{ customMetadata: { "": "x" } }, `${where} a name in customMetadata "" can't be compared with`],
    [{ customMetadata: { owner: "x".repeat(513) } }, `${where} customMetadata "owner" is too long`],
    [
      { customMetadata: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`k${at}`, "x"])) },
      `${where} customMetadata has 65 entries, and Vault keeps 64`,
    ],
    [{ maxVersions: 0 }, `${where} maxVersions 0 is out of range`],
    [{ casRequired: 1 as unknown as boolean }, `${where} casRequired 1 is unknown`],
    [{ deleteVersionAfter: "soon" as "1s" }, `${where} deleteVersionAfter "soon" is not a duration`],
    [{ data: {} }, `${where} data is empty`],
    [{ data: { " key": data.user } }, `${where} data has the key " key"`],
    [{ data: { key: "hunter2" as unknown as SecretInput } }, `${where} data.key is a secret and was given as a string`],
    [{ data, dataVersion: 0 }, `${where} dataVersion 0 is out of range`],
    [{ dataVersion: 2 }, `${where} dataVersion is given without data`],
    [{ valueInStateReason: "it is a test" }, `${where} valueInStateReason is given without data`],
    [{ destroyReason: "yes" }, `${where} destroyReason "yes" is no reason`],
  ])("refuses %j", (options, message) => {
    expect(() => secret(options)).toThrow(message);
    expect(() => secret(options)).not.toThrow(/hunter2/);
  });

  it("refuses a reason that is none", () => {
    expect(() => secret({ data, valueInStateReason: "because" }, oldest)).toThrow(
      `${where} valueInStateReason "because" is no reason`,
    );
  });

  it.each(["", "/a", "a/", "a*", "{{identity.entity.name}}", "a b"])("refuses the path %j", (path) => {
    expect(() => mount().kv.addSecret(path)).toThrow(
      `[dev/Kv] path ${JSON.stringify(path)} can't be used in a Vault path`,
    );
  });

  it("is declared once, and can be declared in a mount that is managed elsewhere", () => {
    const { stack, kv } = mount();
    kv.addSecret("app");
    expect(() => kv.addSecret("app")).toThrow();
    KvSecretsEngine.fromPath(stack, "Other", "other").addSecret("app", { maxVersions: 2 });
    const paths = resources(synth(stack), "vault_generic_endpoint").map(({ path }) => path);
    expect(paths).toContain("other/metadata/app");
  });

  const grants = [
    ["grantRead", ["data/app: read", "metadata/app: read"]],
    ["grantWrite", ["data/app: create update patch"]],
    ["grantDelete", ["data/app: delete", "delete/app: update"]],
    ["grantUndelete", ["undelete/app: update"]],
    ["grantDestroy", ["destroy/app: update", "metadata/app: delete"]],
  ] as const;

  it.each(grants)("%s gives the secret, and nothing below it or beside it", (method, rules) => {
    const { stack, kv } = mount();
    const policy = new VaultPolicy(stack, "App", { name: "app" });
    const given = kv.addSecret("app")[method](policy).rules;
    expect(given.map(({ path, capabilities }) => `${path}: ${capabilities.join(" ")}`)).toEqual(
      rules.map((rule) => `secret/${rule}`),
    );
    const evaluator = new Evaluator([{ name: "app", rules: policy.toDocument().rules }]);
    for (const area of ["data", "metadata", "delete", "undelete", "destroy"]) {
      for (const path of ["app/below", "app-other"]) {
        expect(evaluator.on(`secret/${area}/${path}`).capabilities).toEqual(["deny"]);
      }
    }
  });
});
