import { nameOf } from "../attributes";
import { changeRule } from "../rule";

export const forgotten = changeRule(
  "forgotten",
  "Terraform forgets something that stays",
  ({ action, type, before, address }) =>
    action !== "forget"
      ? undefined
      : {
          risk: "careful",
          what: `${type} ${nameOf(before, address)} stays on the server, and Terraform forgets it`,
          why: "nobody changes or removes it from then on, and whatever access it gives stays",
          remedy: "see that somebody else declares it, or remove it by hand",
        },
);
