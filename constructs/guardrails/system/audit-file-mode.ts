import { alwaysError } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { auditType } from "./audit";
import { auditOption } from "./audit-options";

export const auditFileMode: Guardrail = {
  id: "LH-SYS-006",
  title: "not everybody on the server reads the audit file, and nobody else writes it",
  why: "it names every path, login and client, and whoever may write it may remove what they did",
  remedy: 'leave mode out, which makes it "0600", or let a group read it with "0640"',
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/docs/audit/file"],
  check: (declaration) =>
    resourcesOf(declaration, auditType).flatMap((resource) => {
      const mode = auditOption(resource, "mode");
      if (mode === undefined || !/^[0-7]+$/.test(mode) || (Number.parseInt(mode, 8) & 0o027) === 0) return [];
      return [{ resource, problem: `mode ${mode} lets others than its owner write it, or everybody read it` }];
    }),
};
