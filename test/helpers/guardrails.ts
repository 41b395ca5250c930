import type { TerraformStack } from "cdktf";
import { declarationOf, type SynthesisedStack } from "../../constructs/guardrails/declaration";
import type { Declaration } from "../../constructs/guardrails/guardrail";
import { guardrails } from "../../constructs/guardrails/guardrails";
import { judge, type JudgeOptions } from "../../constructs/guardrails/judge";
import type { GuardrailReport } from "../../constructs/guardrails/report";
import { acknowledgementsOf } from "../../constructs/provider/acknowledge";
import { VaultEndpoint } from "../../constructs/provider/vault-endpoint";
import { serverAuditOf } from "../../constructs/system/server-audit-device";

/** What guardrails are given of a stack. */
export function declared(stack: TerraformStack): Declaration {
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
