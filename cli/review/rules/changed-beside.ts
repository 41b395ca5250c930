import { differing, listed } from "../attributes";
import type { ResourceChange } from "../plan";
import type { ReviewRule } from "../rule";
import { isOfTheServer } from "../server-values";

export const changedBeside: ReviewRule = {
  id: "changed-beside",
  title: "Somebody changed something beside Terraform",
  check: ({ drift }) =>
    drift.flatMap((change) => {
      const isExpected = (name: string): boolean => isOfTheServer(change.type, name) || isByLogin(change, name);
      const names = change.action === "delete" ? [] : differing(change).filter((name) => !isExpected(name));
      // Providers often say that nothing is there in another way than before.
      if (change.action !== "delete" && names.length === 0) return [];
      return [
        {
          rule: "changed-beside",
          risk: "careful" as const,
          address: change.address,
          what:
            change.action === "delete"
              ? "it was removed beside Terraform"
              : `${listed(names)} changed beside Terraform`,
          why: "the apply takes it back to what is declared, where it is declared",
          remedy: "find out who did it and why: declare it, or let the apply undo it",
        },
      ];
    }),
};

/** Whoever logs in is in an external group, or no longer: that is what it is for. */
function isByLogin({ type, after }: ResourceChange, name: string): boolean {
  return type === "vault_identity_group" && after?.["type"] === "external" && name === "member_entity_ids";
}
