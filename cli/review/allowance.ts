import { LeaseholdError } from "../../constructs/core/errors";
import { nearest } from "../../constructs/core/nearest";
import type { ReviewFinding } from "./finding";
import { reviewLabels } from "./rules";

/** What somebody has allowed: the findings of a rule, or one rule's finding on one resource. */
export interface Allowance {
  /** As it was given: `ttl-widened`, or `mount-replaced:vault_mount.database`. */
  readonly label: string;
  readonly rule: string;
  readonly address: string | undefined;
}

/**
 * Reads labels, each perhaps several with commas between.
 *
 * @throws LeaseholdError when there is no rule of that name.
 */
export function parseAllowances(given: readonly string[]): Allowance[] {
  // A comma within the quotes of an address parts nothing.
  const labels = given.flatMap((each) => each.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)).map((each) => each.trim());
  return [...new Set(labels.filter((each) => each !== ""))].map((label) => {
    const [rule = "", ...address] = label.split(":");
    if (!reviewLabels.includes(rule)) throw unknown(label, rule);
    if (label.includes(":") && address.join(":") === "") {
      throw new LeaseholdError(
        "--allow",
        `${label} names no address`,
        `write ${rule}, or ${rule}:vault_mount.database`,
      );
    }
    return { label, rule, address: address.length === 0 ? undefined : address.join(":") };
  });
}

function unknown(label: string, rule: string): LeaseholdError {
  const near = nearest(rule, reviewLabels);
  return new LeaseholdError(
    "--allow",
    `there is no rule ${JSON.stringify(rule)}${label === rule ? "" : ` (in ${JSON.stringify(label)})`}`,
    near === undefined ? `use one of ${[...reviewLabels].sort().join(", ")}` : `did you mean ${near}?`,
  );
}

/** Whether it allows a finding. What is blocked is allowed by its address alone, so that a label can't open every door at once. */
export function allows({ rule, address }: Allowance, finding: ReviewFinding): boolean {
  if (rule !== finding.rule) return false;
  return address === undefined ? finding.risk !== "blocked" : address === finding.address;
}
