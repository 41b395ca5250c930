import { isOfTheServer } from "../review/server-values";
import type { Attributes, ResourceChange, ReviewedPlan } from "../review/plan";
import type { DriftFinding, Look } from "./finding";

/**
 * What a plan tells of drift: what was changed beside Terraform, and what is declared otherwise than it was deployed. A change
 * that the declaration does not mind, because it leaves that open or says the same by now, is information.
 */
export function driftOfPlan({ changes, drift }: ReviewedPlan): Look {
  const planned = new Map(changes.map((change) => [change.address, change]));
  const drifted = new Map(drift.map((change) => [change.address, change]));
  const findings: DriftFinding[] = [];
  const information: string[] = [];
  for (const change of drift) {
    const undone = planned.get(change.address);
    if (
      undone === undefined &&
      change.action !== "delete" &&
      changedNames(change).every((name) => isOfTheServer(change.type, name))
    ) {
      continue;
    }
    if (undone === undefined) {
      information.push(`${change.address} ${wordsOfDrift(change)}, which the declaration does not mind`);
    } else {
      findings.push({
        kind: "changed",
        what: change.address,
        problem: `somebody ${change.action === "delete" ? "removed it" : `changed it: ${listOf(change)}`}, beside Terraform`,
        remedy:
          change.action === "delete"
            ? "deploy to make it again, or take it out of the declaration"
            : "deploy to undo it, or declare it so",
      });
    }
  }
  for (const change of changes) {
    const before = drifted.get(change.address);
    const names = changedNames(change).filter((name) => before === undefined || !changedNames(before).includes(name));
    // What only undoes a change beside Terraform was told above.
    if (before !== undefined && (before.action === "delete" || names.length === 0)) continue;
    findings.push({
      kind: "undeployed",
      what: change.address,
      problem: wordsOfPlan(change, names),
      remedy: "deploy, after a review",
    });
  }
  return { findings, information, unseen: [] };
}

function wordsOfDrift(change: ResourceChange): string {
  return change.action === "delete"
    ? "was removed beside Terraform"
    : `was changed beside Terraform (${listOf(change)})`;
}

function wordsOfPlan(change: ResourceChange, names: readonly string[]): string {
  switch (change.action) {
    case "create":
      return "it is declared and was never deployed";
    case "delete":
    case "forget":
      return "it was deployed and is declared no more";
    case "replace":
      return `it is declared otherwise than it was deployed, and would be replaced: ${listOf(change, names)}`;
    default:
      return `it is declared otherwise than it was deployed: ${listOf(change, names)}`;
  }
}

function changedNames({ before = {}, after = {}, unknown, sensitive }: ResourceChange): string[] {
  const plain = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !unknown.includes(name) && !isSame(before, after, name),
  );
  const secret = sensitive.filter(({ changes }) => changes).map(({ name }) => name);
  return [...new Set([...plain, ...secret])].sort();
}

function isSame(before: Attributes, after: Attributes, name: string): boolean {
  return JSON.stringify(before[name] ?? null) === JSON.stringify(after[name] ?? null);
}

function listOf(change: ResourceChange, names: readonly string[] = changedNames(change)): string {
  const told = names.map((name) => {
    if (change.sensitive.some((each) => each.name === name)) return `${name} (sensitive)`;
    return `${name} from ${short(change.before?.[name])} to ${short(change.after?.[name])}`;
  });
  return told.join(", ") || "in what Vault answers with";
}

/** Statements and policies are long; the review shows them whole. */
function short(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
