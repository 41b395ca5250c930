import type { StatementFinding } from "./finding";
import type { StatementSet } from "./statement-set";

const namePlaceholder = /\{\{(?:user)?name\}\}/;

/** What a dialect says of a set that lacks something. */
export interface SetExpectation {
  /** Placeholders that the creation must hold. */
  readonly creation: readonly ("name" | "password" | "expiration")[];
  /** A statement that holds them all. */
  readonly example: string;
  /** Why an empty revocation is no good. */
  readonly emptyRevocation: string;
  /** Where `revocation` may be left out. */
  readonly preset: string;
}

/** Lists that are empty, and placeholders without which a user could not be made, ended or found again. */
export function missingPlaceholders(set: StatementSet, expected: SetExpectation): StatementFinding[] {
  const findings: StatementFinding[] = [];
  if (set.creation.length === 0) {
    findings.push({
      field: "creation",
      kind: "no creation",
      problem: "is empty: no user would be made",
      remedy: "give at least one statement",
    });
  } else {
    for (const name of expected.creation) {
      const placeholder = name === "name" ? namePlaceholder : new RegExp(`\{\{${name}\}\}`);
      if (set.creation.some((item) => placeholder.test(item))) continue;
      findings.push({
        field: "creation",
        kind: name === "expiration" ? "expiry" : "placeholder",
        problem: `lacks {{${name}}}${name === "expiration" ? ": a user that Vault fails to revoke would live for ever" : ""}`,
        remedy: `write it, as in ${expected.example}`,
      });
    }
  }
  if (set.revocation.length === 0) {
    findings.push({
      field: "revocation",
      kind: "no revocation",
      problem: `is empty: ${expected.emptyRevocation}`,
      remedy: `leave \`revocation\` out of ${expected.preset} to get the proven one`,
    });
  } else if (!set.revocation.some((item) => namePlaceholder.test(item))) {
    findings.push({
      field: "revocation",
      kind: "placeholder",
      problem: "lacks {{name}}: it could not know whom to revoke",
      remedy: "name the user",
    });
  }
  return findings;
}
