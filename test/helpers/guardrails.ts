import type { TerraformStack } from "cdktf";
import { declarationOf, type SynthesisedStack } from "../../constructs/guardrails/declaration";
import type { Declaration, Guardrail } from "../../constructs/guardrails/guardrail";
import { guardrails } from "../../constructs/guardrails/guardrails";
import { judge, type JudgeOptions } from "../../constructs/guardrails/judge";
import type { GuardrailReport } from "../../constructs/guardrails/report";
import { acknowledgementsOf } from "../../constructs/provider/acknowledge";
import { VaultEndpoint } from "../../constructs/provider/vault-endpoint";
import { serverAuditOf } from "../../constructs/system/server-audit-device";
import { stackWithVault, synth } from "./synth";

/** What guardrails are given of a stack. */
function declared(stack: TerraformStack): Declaration {
  stack.prepareStack();
  return declarationOf(stack.toTerraform() as SynthesisedStack, {
    provider: VaultEndpoint.of(stack).features,
    acknowledged: acknowledgementsOf(stack),
    serverAudit: serverAuditOf(stack),
  });
}

/** What all guardrails have to say of a stack, as of a day in a production environment. */
export function judged(stack: TerraformStack, options: Partial<JudgeOptions> = {}): GuardrailReport {
  const given = { environment: "dev", tier: "prod", waivers: [], today: "2026-01-31", ...options } as const;
  return judge(declared(stack), guardrails, given);
}

/** What one guardrail has against a stack, in lines of `severity construct problem`; what is waived is left out. */
export function against(stack: TerraformStack, id: string, options: Partial<JudgeOptions> = {}): string[] {
  return judged(stack, options)
    .findings.filter((finding) => finding.id === id && finding.waived === undefined)
    .map(({ severity, construct, problem }) => `${severity} ${construct} ${problem}`);
}

/**
 * What a guardrail has against what is declared in a stack of its own, as `construct: problem`; what the code itself answered ends
 * in the reason.
 */
export function findingsOf(guardrail: Guardrail, declare: (stack: TerraformStack) => unknown): string[] {
  const stack = stackWithVault();
  declare(stack);
  synth(stack); // runs the aspects
  return guardrail.check(declared(stack)).map(({ resource, problem, waived }) => {
    const answered = waived ?? resource.acknowledged[guardrail.id];
    return `${resource.construct}: ${problem}${answered === undefined ? "" : ` [${answered}]`}`;
  });
}
