/** In the order of a report. */
export const driftKinds = ["changed", "undeployed", "undeclared", "missed-rotation", "connection"] as const;

/**
 * `changed`: somebody changed or removed it beside Terraform. `undeployed`: the declaration says otherwise than what was deployed
 * last. `undeclared`: it is under the environment's mounts and nobody declared it. `missed-rotation`: a static role's password is
 * older than it may be. `connection`: Vault can make no user through it.
 */
export type DriftKind = (typeof driftKinds)[number];

/** One thing that is not as it is declared. */
export interface DriftFinding {
  readonly kind: DriftKind;
  /** Terraform's address, or the path in Vault. */
  readonly what: string;
  /** In a sentence without its full stop. */
  readonly problem: string;
  /** In a sentence without its full stop. */
  readonly remedy: string;
}

/** What a look at one part of an environment showed. */
export interface Look {
  readonly findings: readonly DriftFinding[];
  /** What may be right, and is somebody else's perhaps. */
  readonly information: readonly string[];
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}

/** All that looks showed, in the order of kinds. */
export function joinLooks(looks: readonly Look[]): Look {
  const findings = looks.flatMap((look) => look.findings);
  return {
    findings: driftKinds.flatMap((kind) => findings.filter((finding) => finding.kind === kind)),
    information: looks.flatMap(({ information }) => information),
    unseen: looks.flatMap(({ unseen }) => unseen),
  };
}
