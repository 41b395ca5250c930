import type { StatementRules } from "./finding";

const filledIn = ["name", "username", "password", "expiration"];

/** What can be said of a plug-in whose language is not known here: very little. */
export const otherRules: StatementRules = {
  placeholders: { creation: filledIn, revocation: filledIn, renewal: filledIn, rotation: filledIn },
  onItem: (text) =>
    text.trim() === ""
      ? [{ kind: "course", problem: "is empty", remedy: "remove the item or write the statement" }]
      : [],
  onSet: ({ creation }) =>
    creation.length > 0
      ? []
      : [
          {
            field: "creation",
            kind: "no creation",
            problem: "is empty: no user would be made",
            remedy: "give at least one statement",
          },
        ],
};
