import { issuesCredentials } from "../../core/credential-issuers";
import { errorFromStaging } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { DeclaredResource, Guardrail } from "../guardrail";
import { auditPage, auditType } from "./audit";

/** What is missing: waivers name it `audit`. */
const missing: DeclaredResource = {
  type: auditType,
  address: auditType,
  construct: "audit",
  arguments: {},
  acknowledged: {},
};

export const twoAuditDevices: Guardrail = {
  id: "LH-SYS-001",
  title: "two audit devices at least",
  why: "with none nobody knows who had which credential, and with one Vault stops when it can't write there",
  remedy: "declare two that do not fail together in `audit`, or name those of the server's own configuration there",
  severity: errorFromStaging,
  references: [auditPage, "https://developer.hashicorp.com/vault/docs/audit/best-practices"],
  check: (declaration) => {
    if (!declaration.resources.some(({ type }) => issuesCredentials(type))) return [];
    const { serverAudit = [] } = declaration;
    const deployed = resourcesOf(declaration, auditType).length;
    if (deployed >= 2) return [];
    const problem = `${deployed === 0 ? "no audit device is" : "one audit device alone is"} deployed`;
    if (deployed + serverAudit.length < 2) return [{ resource: missing, problem }];
    const elsewhere = serverAudit.map(({ path, document }) => `${path} (${document})`).join(", ");
    return [{ resource: missing, problem, waived: `the server's own configuration declares ${elsewhere}` }];
  },
};
