import { TransitSecretBackendKey } from "@cdktf/provider-vault/lib/transit-secret-backend-key";
import { deletableKey } from "../../../../constructs/guardrails/transit/deletable-key";
import { exportableKey } from "../../../../constructs/guardrails/transit/exportable-key";
import { plaintextBackup } from "../../../../constructs/guardrails/transit/plaintext-backup";
import { findingsOf } from "../../../helpers/guardrails";

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
