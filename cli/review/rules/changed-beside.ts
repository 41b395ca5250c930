import { differing, listed } from "../attributes";
import type { ReviewRule } from "../rule";

export const changedBeside: ReviewRule = {
  id: "changed-beside",
  title: "Somebody changed something beside Terraform",
  check: ({ drift }) =>
    drift.flatMap((change) => {
      const names = change.action === "delete" ? [] : differing(change);
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
