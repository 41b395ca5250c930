import type { VaultServer } from "../../../constructs/core/server-features";
import { transitTypeNames, type TransitKeyType } from "../../../constructs/core/transit-types";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import type { TransitKeyOptions } from "../../../constructs/secrets/declared-transit-key";
import { TransitSecretsEngine } from "../../../constructs/secrets/transit-secrets-engine";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { against, judged } from "../../helpers/guardrails";
import { onlyResource, resources, stackWithVault, synth } from "../../helpers/synth";

const enterprise: VaultServer = { product: "vault", edition: "enterprise", version: "1.21" };
const openbao: VaultServer = { product: "openbao", version: "2.7" };
const keyType = "vault_transit_secret_backend_key";

function declare(options: TransitKeyOptions = {}, endpoint: { server?: VaultServer; provider?: string } = {}) {
  const stack = stackWithVault(endpoint);
  const transit = new TransitSecretsEngine(stack, "Transit");
  const key = transit.addKey("orders", options);
  return { stack, transit, key };
}
const fields = (...given: Parameters<typeof declare>) => onlyResource(synth(declare(...given).stack), keyType);

describe("TransitSecretsEngine", () => {
  it("is mounted with keys that stay in Vault, are never deleted, and rotate", () => {
    const { stack } = declare();
    expect(onlyResource(synth(stack), "vault_mount")).toMatchObject({ path: "transit", type: "transit" });
    expect(fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_mount\.Transit.*\.path\}$/) as string,
      name: "orders",
      type: "aes256-gcm96",
      derived: false,
      convergent_encryption: false,
      exportable: false,
      allow_plaintext_backup: false,
      deletion_allowed: false,
      auto_rotate_period: 90 * 86_400,
      min_decryption_version: 1,
      min_encryption_version: 0,
    });
    for (const at of [1, 2, 3, 4]) expect(against(stack, `LH-TRN-00${at}`)).toEqual([]);
  });

  it.each<[TransitKeyOptions, object]>([
    [{ rotationPeriod: "30d" }, { auto_rotate_period: 2_592_000 }],
    [{ rotationPeriod: "never" }, { auto_rotate_period: 0 }],
    [{ type: "ed25519" }, { auto_rotate_period: 0, type: "ed25519" }],
    [{ type: "rsa-4096" }, { auto_rotate_period: 0 }],
    [{ derived: true }, { derived: true, convergent_encryption: false, auto_rotate_period: 90 * 86_400 }],
    [
      { derived: true, convergent: true },
      { convergent_encryption: true, auto_rotate_period: 0 },
    ],
    [{ type: "hmac" }, { key_size: 32 }],
    [{ type: "hmac", keySize: 64 }, { key_size: 64 }],
    [
      { minDecryptionVersion: 3, minEncryptionVersion: 4 },
      { min_decryption_version: 3, min_encryption_version: 4 },
    ],
  ])("makes of %j", (options, expected) => {
    expect(fields(options)).toMatchObject(expected);
  });

  it.each<[TransitKeyOptions, string]>([
    [{ type: "aes" as TransitKeyType }, 'type "aes" is unknown: use aes128-gcm96, aes256-gcm96'],
    [{ rotationPeriod: "59m" }, "rotationPeriod 59m is too short: Vault takes an hour at least"],
    [{ rotationPeriod: "often" as "1h" }, 'rotationPeriod "often" is not a duration'],
    [{ minDecryptionVersion: 0 }, "minDecryptionVersion 0 is out of range"],
    [{ minEncryptionVersion: 1.5 }, "minEncryptionVersion 1.5 is out of range"],
    [
      { minDecryptionVersion: 3, minEncryptionVersion: 2 },
      "minEncryptionVersion 2 is older than minDecryptionVersion 3: nobody could decrypt",
    ],
    [{ type: "ecdsa-p256", derived: true }, "derived is given, and keys of type ecdsa-p256 derive none"],
    [{ derived: "yes" as unknown as boolean }, 'derived "yes" is unknown'],
    [{ convergent: true }, "convergent is given without derived"],
    [{ convergent: 1 as unknown as boolean, derived: true }, "convergent 1 is unknown"],
    [
      { type: "ed25519", derived: true, convergent: true },
      "convergent is given, and keys of type ed25519 don't encrypt",
    ],
    [{ keySize: 64 }, "keySize is given, and keys of type aes256-gcm96 have one size"],
    [{ type: "hmac", keySize: 31 }, "keySize 31 is out of range: give a whole number from 32 to 512"],
    [{ parameterSet: "44" }, 'parameterSet "44" is given, and keys of type aes256-gcm96 have none'],
    [{ exportableReason: "yes" }, 'exportableReason "yes" is no reason'],
    [{ exportableReason: "it moves away", plaintextBackupReason: "" }, 'plaintextBackupReason "" is no reason'],
    [{ plaintextBackupReason: "it moves away" }, "plaintextBackupReason is given without exportableReason"],
    [{ deletableReason: "x" }, 'deletableReason "x" is no reason'],
    [{ preventDestroy: "no" as unknown as boolean }, 'preventDestroy "no" is not true or false'],
  ])("refuses %j", (options, message) => {
    expect(() => declare(options)).toThrow(`[dev/Transit/key-orders] ${message}`);
  });

  it.each([
    ["exportableReason", "exportable", "LH-TRN-001"],
    ["deletableReason", "deletion_allowed", "LH-TRN-002"],
    ["plaintextBackupReason", "allow_plaintext_backup", "LH-TRN-003"],
  ] as const)("takes a %s, which the guardrails' report repeats", (option, argument, id) => {
    const reason = "it moves to another server";
    const { stack } = declare({ exportableReason: reason, [option]: reason });
    expect(onlyResource(synth(stack), keyType)).toMatchObject({ [argument]: true });
    expect(judged(stack).findings.filter((finding) => finding.id === id)).toEqual([
      expect.objectContaining({ waived: { by: "code", reason: "it moves to another server" } }),
    ]);
  });

  it("protects its keys as the mount, unless a key says otherwise", () => {
    const stack = stackWithVault();
    const transit = new TransitSecretsEngine(stack, "Transit", { preventDestroy: true });
    transit.addKey("orders");
    transit.addKey("scratch", { preventDestroy: false });
    const keys = resources(synth(stack), keyType);
    expect(keys.find(({ name }) => name === "orders")).toMatchObject({ lifecycle: { prevent_destroy: true } });
    expect(keys.find(({ name }) => name === "scratch")).not.toHaveProperty("lifecycle");
  });

  it("has each key once, and knows it by its name", () => {
    const { stack, transit, key } = declare();
    expect(transit.key("orders")).toBe(key);
    expect(transit.key("elsewhere")).toBe(transit.key("elsewhere"));
    expect(() => transit.addKey("orders")).toThrow();
    expect(resources(synth(stack), keyType)).toHaveLength(1);
    const other = TransitSecretsEngine.fromPath(stack, "Other", "other");
    other.addKey("orders");
    expect(resources(synth(stack), keyType).map(({ backend }) => backend)).toContain("other");
  });
});

describe("types of keys", () => {
  const others = ["aes128-cmac", "aes192-cmac", "aes256-cmac", "ml-dsa", "slh-dsa", "xchacha20-poly1305"];

  it.each(transitTypeNames.filter((type) => !others.includes(type)))(
    "%s is had by every server and provider",
    (type) => {
      for (const endpoint of [{ provider: "= 4.4.0" }, { server: openbao }, { server: enterprise }]) {
        expect(fields({ type }, endpoint)).toMatchObject({ type });
      }
    },
  );

  it.each<[TransitKeyOptions, VaultServer, string]>([
    [{ type: "aes128-cmac" }, enterprise, "keys for CMACs (first in Vault Enterprise 1.17)"],
    [{ type: "aes192-cmac" }, enterprise, "192-bit keys for CMACs (first in Vault Enterprise 1.20)"],
    [{ type: "aes256-cmac" }, enterprise, "keys for CMACs (first in Vault Enterprise 1.17)"],
    [{ type: "ml-dsa", parameterSet: "65" }, enterprise, "keys for ML-DSA signatures (first in Vault Enterprise 1.19)"],
    [
      { type: "slh-dsa", parameterSet: "slh-dsa-sha2-128s" },
      enterprise,
      "keys for SLH-DSA signatures (first in Vault Enterprise 1.20)",
    ],
    [{ type: "xchacha20-poly1305" }, openbao, "XChaCha20 keys (first in OpenBao 2.0)"],
  ])("%j is refused where the server or the provider lacks it", (options, having, lack) => {
    const where = `[dev/Transit/key-orders] type ${options.type ?? ""} is given, and`;
    expect(() => declare(options)).toThrow(`${where} Vault Community 1.21 lacks ${lack}`);
    expect(() => declare(options, { server: having, provider: "~> 5.0" })).toThrow(
      `${where} hashicorp/vault ~> 5.0 may lack newer types of vault_transit_secret_backend_key (first in 5.1)`,
    );
    expect(fields(options, { server: having })).toMatchObject({ type: options.type });
  });

  it.each([undefined, "44s"])("ml-dsa needs a parameter set that there is, not %j", (parameterSet) => {
    const options: TransitKeyOptions = { type: "ml-dsa", ...(parameterSet === undefined ? {} : { parameterSet }) };
    expect(() => declare(options, { server: enterprise })).toThrow(
      /^\[dev\/Transit\/key-orders\] parameterSet .* is unknown: use 44, 65 or 87$/,
    );
  });
});

describe("a key", () => {
  const grants = [
    ["grantEncrypt", ["encrypt/orders: update"]],
    ["grantDecrypt", ["decrypt/orders: update"]],
    ["grantRewrap", ["rewrap/orders: update"]],
    ["grantSign", ["sign/orders: update", "sign/orders/+: update"]],
    ["grantVerify", ["verify/orders: update", "verify/orders/+: update"]],
    ["grantHmac", ["hmac/orders: update", "hmac/orders/+: update"]],
    ["grantDataKey", ["datakey/plaintext/orders: update"]],
    ["grantWrappedDataKey", ["datakey/wrapped/orders: update"]],
    ["grantReadKey", ["keys/orders: read"]],
    ["grantRotate", ["keys/orders/rotate: update"]],
  ] as const;

  it.each(grants)("%s gives what it says, and nothing of a neighbour or of the key's settings", (method, rules) => {
    const { stack, key } = declare();
    const policy = new VaultPolicy(stack, "App", { name: "app" });
    const given = key[method](policy).rules;
    expect(given.map(({ path, capabilities }) => `${path}: ${capabilities.join(" ")}`)).toEqual(
      rules.map((rule) => `transit/${rule}`),
    );
    const evaluator = new Evaluator([{ name: "app", rules: policy.toDocument().rules }]);
    const own = rules.map((rule) => rule.split("/")[0]);
    for (const operation of ["encrypt", "decrypt", "rewrap", "sign", "verify", "hmac", "datakey/plaintext", "keys"]) {
      expect(evaluator.on(`transit/${operation}/orders-other`).capabilities).toEqual(["deny"]);
      if (own.includes(operation.split("/")[0] ?? "")) continue;
      expect(evaluator.on(`transit/${operation}/orders`).capabilities).toEqual(["deny"]);
    }
    for (const path of ["keys/orders/config", "export/encryption-key/orders", "backup/orders", "keys/orders/trim"]) {
      expect(evaluator.on(`transit/${path}`).capabilities).toEqual(["deny"]);
    }
    for (const { path } of given) expect(evaluator.allows(path.replace("/+", "/sha2-256"), "create")).toBe(false);
  });
});
