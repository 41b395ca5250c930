import { VaultRefusal } from "../../vault-client";

/** `unseen`: the token may not see it. `skipped`: nobody asked for it. */
export type Verdict = "ok" | "warning" | "problem" | "unseen" | "skipped";

/** One thing that was looked at. */
export interface Diagnosis {
  readonly check: string;
  readonly verdict: Verdict;
  /** In a sentence without its full stop. */
  readonly finding: string;
  /** In a sentence without its full stop; of all that is not `ok`. */
  readonly remedy?: string;
}

/** A check that Vault may refuse: that is said, and ends nothing. */
export async function examine(check: string, look: () => Promise<Diagnosis[]>): Promise<Diagnosis[]> {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof VaultRefusal)) throw thrown;
    return [
      {
        check,
        verdict: "unseen",
        finding: `${thrown.where}: ${thrown.problem}`,
        remedy: "use a token that may read it",
      },
    ];
  }
}
