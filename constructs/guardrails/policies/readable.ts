import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { policiesOf } from "./policy-text";

export const readable: Guardrail = {
  id: "LH-POL-016",
  title: "a policy's text can be read, and has no unknown parameters",
  why: "Vault refuses the policy halfway through the apply, or takes what it does not know without a word",
  remedy: "mend the text",
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/docs/concepts/policies#policy-syntax"],
  check: (declaration) =>
    policiesOf(declaration).flatMap(({ resource, unreadable }) =>
      unreadable === undefined
        ? []
        : [{ resource, problem: `${unreadable.where}: ${unreadable.problem}`, remedy: unreadable.remedy }],
    ),
};
