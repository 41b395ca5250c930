import {
  TransitSecretBackendKey,
  type TransitSecretBackendKeyConfig,
} from "@cdktf/provider-vault/lib/transit-secret-backend-key";
import { deletableKey } from "../../../../constructs/guardrails/transit/deletable-key";
import { exportableKey } from "../../../../constructs/guardrails/transit/exportable-key";
import { plaintextBackup } from "../../../../constructs/guardrails/transit/plaintext-backup";
import { unrotatedKey } from "../../../../constructs/guardrails/transit/unrotated-key";
import { findingsOf } from "../../../helpers/guardrails";

describe("LH-TRN-004", () => {
  const findings = (given: Partial<TransitSecretBackendKeyConfig>) =>
    findingsOf(unrotatedKey, (stack) => {
      new TransitSecretBackendKey(stack, "Orders", { backend: "transit", name: "orders", ...given });
    });

  it.each<Partial<TransitSecretBackendKeyConfig>>([{}, { autoRotatePeriod: 0 }, { type: "chacha20-poly1305" }])(
    "fires on %j",
    (given) => {
      expect(findings(given)).toEqual([
        `Orders: a key of type ${given.type ?? "aes256-gcm96"} has no auto_rotate_period`,
      ]);
    },
  );

  it.each<Partial<TransitSecretBackendKeyConfig>>([
    { autoRotatePeriod: 86_400 },
    { type: "ed25519" },
    { type: "rsa-4096" },
    { type: "hmac" },
    { type: "of another server" },
    { derived: true, convergentEncryption: true },
  ])("passes %j", (given) => {
    expect(findings(given)).toEqual([]);
  });
});

const arguments_ = { exportable: true, deletionAllowed: true, allowPlaintextBackup: true };

describe.each([
  [exportableKey, "exportable", "exportable"],
  [deletableKey, "deletionAllowed", "deletion_allowed"],
  [plaintextBackup, "allowPlaintextBackup", "allow_plaintext_backup"],
] as const)("$id", (guardrail, option, argument) => {
  const findings = (given: Partial<typeof arguments_>) =>
    findingsOf(guardrail, (stack) => {
      new TransitSecretBackendKey(stack, "Orders", { backend: "transit", name: "orders", ...given });
    });

  it(`fires when ${argument} is true`, () => {
    expect(findings({ [option]: true })).toEqual([`Orders: ${argument} is true`]);
  });

  it("passes without it, and with the others", () => {
    expect(findings({})).toEqual([]);
    expect(findings({ ...arguments_, [option]: false })).toEqual([]);
  });
});
