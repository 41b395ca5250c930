import { isKept, listOf, listed } from "../attributes";
import { lineDifference } from "../line-difference";
import type { Attributes } from "../plan";
import { changeRule } from "../rule";

const kinds = [
  "creation_statements",
  "renew_statements",
  "rollback_statements",
  "revocation_statements",
  "rotation_statements",
  "root_rotation_statements",
];

export const statementsChanged = changeRule("statements-changed", "What runs in the database changes", (change) => {
  const { before, after, unknown } = change;
  if (!isKept(change)) return undefined;
  const changed = kinds.filter(
    (kind) => !unknown.includes(kind) && JSON.stringify(listOf(before, kind)) !== JSON.stringify(listOf(after, kind)),
  );
  if (changed.length === 0) return undefined;
  return {
    risk: "careful",
    what: `${listed(changed)} change`,
    why: changed.includes("revocation_statements")
      ? "Vault revokes users that live now by the new statements too, though they were made by the old ones"
      : "users that are made from then on are made by them; those that live now stay as they were made",
    remedy: "read the difference, and prove the role (leasehold prove) before the apply",
    difference: changed.flatMap((kind) => [
      ` ${kind}:`,
      ...lineDifference(linesOf(before, kind), linesOf(after, kind)),
    ]),
  };
});

/** A list's items one after the other, each ended as Vault takes it. */
function linesOf(attributes: Attributes | undefined, kind: string): string[] {
  return listOf(attributes, kind).flatMap((item) => item.split("\n"));
}
