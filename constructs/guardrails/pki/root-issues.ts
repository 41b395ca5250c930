import { alwaysWarning } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { authoritiesOf, pkiPages, pkiRoleType } from "./pki";

export const rootIssues: Guardrail = {
  id: "LH-PKI-005",
  title: "a root signs authorities, and nothing else",
  why: "a root that many may use can't be withdrawn when it was misused: every trust store that has it would have to change",
  remedy: "issue by an intermediate in a mount of its own, which the root signs",
  severity: alwaysWarning,
  references: [pkiPages.considerations],
  check: (declaration) => {
    const roots = authoritiesOf(declaration).filter(({ kind }) => kind === "root");
    return resourcesOf(declaration, pkiRoleType).flatMap((resource) => {
      const mount = textOf(resource.arguments, "backend");
      const root = roots.find((each) => each.mount === mount);
      return root === undefined
        ? []
        : [{ resource, problem: `mount ${root.mount} has a root, and this role issues by it` }];
    });
  },
};
