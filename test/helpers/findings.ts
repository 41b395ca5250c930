import type { TerraformStack } from "cdktf";
import { declarationOf, type SynthesisedStack } from "../../constructs/guardrails/declaration";
import type { Guardrail } from "../../constructs/guardrails/guardrail";
import { acknowledgementsOf } from "../../constructs/provider/acknowledge";
import { VaultEndpoint } from "../../constructs/provider/vault-endpoint";
import { serverAuditOf } from "../../constructs/system/server-audit-device";
import { stackWithVault, synth } from "./synth";

/** What a guardrail has against a stack, as `construct: problem`; what the code itself answered ends in the reason. */
export function findingsOf(guardrail: Guardrail, declare: (stack: TerraformStack) => unknown): string[] {
  const stack = stackWithVault();
  declare(stack);
  synth(stack); // runs the aspects
  const declaration = declarationOf(stack.toTerraform() as SynthesisedStack, {
    provider: VaultEndpoint.of(stack).features,
    acknowledged: acknowledgementsOf(stack),
    serverAudit: serverAuditOf(stack),
  });
  return guardrail.check(declaration).map(({ resource, problem, waived }) => {
    const answered = waived ?? resource.acknowledged[guardrail.id];
    return `${resource.construct}: ${problem}${answered === undefined ? "" : ` [${answered}]`}`;
  });
}
