import type { HostEnvironment } from "../../environments/load";
import type { Environment } from "../../environments/schema";
import type { ReviewFinding } from "../review/finding";
import { renderMarkdown } from "../review/markdown";
import type { ResourceChange } from "../review/plan";
import { readPlan } from "../review/read-plan";
import { reviewPlan, type ReviewOptions } from "../review/review";
import { trustedBy, VaultClient } from "../vault-client";

/** Counting leases must not keep a deployment waiting. */
const lookUpMs = 20_000;

/** As much as a person reads at a terminal, in characters. */
const mostText = 12_000;

export interface PlanReview {
  readonly changes: readonly ResourceChange[];
  /** The gravest first. */
  readonly findings: readonly ReviewFinding[];
}

/** Reviews what `terraform show -json` says of a plan, with the live leases where there is a Vault to ask. */
export async function reviewOf(json: string, vault: ReviewOptions["vault"]): Promise<PlanReview> {
  const plan = readPlan(json, "the plan");
  const { findings } = await reviewPlan(plan, { vault });
  return { changes: plan.changes, findings };
}

/** The findings as a person reads them before the question. */
export function reviewText(findings: readonly ReviewFinding[]): string {
  return renderMarkdown({ findings }, { limit: mostText }).trimEnd();
}

/** Where an environment's leases are counted; undefined without VAULT_TOKEN. */
export function leaseCounter({ vault }: Environment, env: HostEnvironment): VaultClient | undefined {
  const { VAULT_TOKEN: token } = env;
  if (!token) return undefined;
  const { address, namespace } = vault;
  return new VaultClient({ address, namespace, token, timeoutMs: lookUpMs, ...trustedBy(env) });
}
