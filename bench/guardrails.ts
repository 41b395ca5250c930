import { App, Aspects, TerraformStack } from "cdktf";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GuardrailAspect } from "../constructs/guardrails/guardrail-aspect";
import { declareWithLeasehold } from "./leasehold-roles";
import { workloadOf } from "./workload";

/** A stack that renders once, as VaultStack does. */
class JudgedStack extends TerraformStack {
  judged: object | undefined;

  override toTerraform(): unknown {
    const { judged } = this;
    this.judged = undefined;
    return judged ?? super.toTerraform();
  }
}

/**
 * What guardrails add to a synthesis: medians of milliseconds with and without them, in turns, in one process.
 * Usage: node --import tsx bench/guardrails.ts [roles ...]
 */

const runs = 7;

function synthesise(roles: number, withGuardrails: boolean): number {
  const outdir = mkdtempSync(join(tmpdir(), "leasehold-bench-"));
  try {
    const workload = workloadOf(roles);
    const began = performance.now();
    const app = new App({ outdir });
    const stack = new JudgedStack(app, "bench");
    const guardrails = { tier: "lab", waivers: [], today: "2026-01-31" } as const;
    const onRendered = (rendered: object) => (stack.judged = rendered);
    if (withGuardrails) Aspects.of(stack).add(new GuardrailAspect({ ...guardrails, onRendered }));
    declareWithLeasehold(stack, workload);
    app.synth();
    return performance.now() - began;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

for (const roles of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1_000]) {
  const [without, guarded]: [number[], number[]] = [[], []];
  synthesise(roles, true); // warms up
  for (let run = 0; run < runs; run++) {
    without.push(synthesise(roles, false));
    guarded.push(synthesise(roles, true));
  }
  const line = { bench: "guardrails", roles, withoutMs: median(without), withMs: median(guarded), runs };
  process.stdout.write(`${JSON.stringify({ ...line, addedMs: line.withMs - line.withoutMs })}\n`);
}
