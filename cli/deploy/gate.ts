import { LeaseholdError } from "../../constructs/core/errors";
import { askForConsent } from "../consent";
import { allows, parseAllowances } from "../review/allowance";
import type { ReviewFinding } from "../review/finding";

export interface GateOptions {
  /** Labels of findings that are meant: a rule, or a rule and an address. */
  readonly allow: readonly string[];
  /** Whether the rest is agreed to without a question. */
  readonly yes: boolean;
  /** Asks a person to type the environment's name. @default at the terminal */
  readonly ask?: (command: string, question: string, word: string) => Promise<void>;
  readonly isTerminal: boolean;
}

const command = "leasehold deploy";

/**
 * Lets a plan go on to its apply. Blocked and dangerous changes must be allowed by their rule, or consented to at a terminal;
 * others need `yes`, or consent.
 *
 * @throws LeaseholdError that names what is not allowed.
 */
export async function gate(
  environment: string,
  question: string,
  findings: readonly ReviewFinding[],
  { allow, yes, ask = askForConsent, isTerminal }: GateOptions,
): Promise<void> {
  const grave = findings.filter(({ risk }) => risk === "blocked" || risk === "dangerous");
  const allowances = parseAllowances(allow);
  const open = grave.filter((finding) => !allowances.some((each) => allows(each, finding)));
  if (open.length > 0 && (yes || !isTerminal)) {
    const labels = [...new Set(open.map(labelOf))];
    const lines = open.slice(0, 20).map(({ risk, address, what, rule }) => `${risk}: ${address} ${what} (${rule})`);
    throw new LeaseholdError(
      command,
      `the plan holds ${open.length} changes that need more than --yes`,
      `mend the declaration, or give ${labels.map((label) => `--allow ${label}`).join(" ")} if they are meant:\n${lines.join("\n")}`,
    );
  }
  if (open.length > 0 || !yes) await ask(command, question, environment);
}

/** What allows a finding; what is blocked is allowed by its address alone. */
function labelOf({ rule, risk, address }: ReviewFinding): string {
  return risk === "blocked" ? `${rule}:${address}` : rule;
}
