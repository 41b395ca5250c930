/** One thing that was tried on a real server. */
export interface Check {
  /** What was tried, such as `DELETE on public.orders`. */
  readonly check: string;
  readonly expected: string;
  readonly found: string;
  readonly passed: boolean;
}

/** What was found of one role. */
export interface RoleProof {
  readonly database: string;
  readonly role: string;
  /** The server that it was proven on, such as `PostgreSQL 16.14`. */
  readonly server: string;
  readonly checks: readonly Check[];
  /** What could not be proven here, each with its reason. */
  readonly unproven: readonly string[];
}

export function hasPassed({ checks }: RoleProof): boolean {
  return checks.every(({ passed }) => passed);
}

/** A check of something that must be so. */
export function must(check: string, passed: boolean, found: string): Check {
  return { check, expected: "yes", found: passed ? "yes" : found, passed };
}

/** A check of something that a user may or may not do. */
export function mayDo(check: string, expected: boolean, outcome: Outcome): Check {
  const found = outcome.kind === "failed" ? `failed: ${outcome.reason}` : outcome.kind;
  return {
    check,
    expected: expected ? "allowed" : "refused",
    found,
    passed: found === (expected ? "allowed" : "refused"),
  };
}

/** How an attempt ended: it may, it may not, or neither could be seen. */
export type Outcome =
  { readonly kind: "allowed" } | { readonly kind: "refused" } | { readonly kind: "failed"; readonly reason: string };
