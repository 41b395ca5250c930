import { Annotations, type IAspect, TerraformStack } from "cdktf";
import type { ISynthesisSession } from "cdktf/lib/synthesize";
import { addCustomSynthesis } from "cdktf/lib/synthesize/synthesizer";
import type { IConstruct } from "constructs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { VaultEndpoint } from "../provider/vault-endpoint";
import { acknowledgementsOf } from "../provider/acknowledge";
import { serverAuditOf } from "../system/server-audit-device";
import { declarationOf, type SynthesisedStack } from "./declaration";
import { guardrails } from "./guardrails";
import { judge, type JudgeOptions } from "./judge";
import { type GuardrailReport, reportFile, type ReportedFinding } from "./report";

export interface GuardrailAspectProps extends Omit<JudgeOptions, "environment"> {
  /** Takes the stack as it was judged: what cdktf asks for next is the same, and rendering takes time. @default none */
  readonly onRendered?: ((stack: object) => void) | undefined;
}

/**
 * Has guardrails judge a stack when it is synthesised: they find errors, which end the synthesis, and warnings. The whole report
 * is left beside the stack's `cdk.tf.json`, also when the synthesis fails because of it.
 */
export class GuardrailAspect implements IAspect {
  private readonly attached = new WeakSet<IConstruct>();

  constructor(private readonly props: GuardrailAspectProps) {}

  visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node) || this.attached.has(node)) return;
    this.attached.add(node);
    // By then all aspects have changed what they change, and annotations still count.
    addCustomSynthesis(node, { onSynthesize: (session) => this.judge(node, session) });
  }

  private judge(stack: TerraformStack, { outdir, manifest }: ISynthesisSession): void {
    const rendered = stack.toTerraform() as SynthesisedStack;
    this.props.onRendered?.(rendered);
    const declaration = declarationOf(rendered, {
      provider: VaultEndpoint.of(stack).features,
      acknowledged: acknowledgementsOf(stack),
      serverAudit: serverAuditOf(stack),
    });
    const report = judge(declaration, guardrails, { ...this.props, environment: stack.node.id });
    annotate(stack, report);
    const { workingDirectory } = manifest.forStack(stack);
    writeFileSync(join(outdir, workingDirectory, reportFile), `${JSON.stringify(report, undefined, 2)}\n`);
  }
}

function annotate(stack: TerraformStack, { findings }: GuardrailReport): void {
  for (const finding of findings) {
    if (finding.waived !== undefined) continue;
    const annotations = Annotations.of(constructOf(stack, finding));
    const message = `${finding.problem} (${finding.id}): ${finding.remedy}`;
    if (finding.severity === "error") annotations.addError(message);
    else annotations.addWarning(message);
  }
}

/** The construct that a finding is about; the stack where a waiver names one that there is not. */
function constructOf(stack: TerraformStack, { construct }: ReportedFinding): IConstruct {
  let found: IConstruct = stack;
  for (const id of construct.split("/")) {
    const child = found.node.tryFindChild(id);
    if (child === undefined) return stack;
    found = child;
  }
  return found;
}
