import { alwaysWarning } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { pkiPage, pkiPages, pkiRoleType } from "./pki";

export const leasedCertificates: Guardrail = {
  id: "LH-PKI-013",
  title: "certificates are no leases",
  why: "each lease lies in Vault's storage until the certificate ends, and when the token that asked for it ends, the certificate is revoked in the middle of its life",
  remedy: "leave generate_lease out: certificates end by themselves, and are revoked by serial number",
  severity: alwaysWarning,
  references: [pkiPage, pkiPages.considerations],
  check: (declaration) =>
    resourcesOf(declaration, pkiRoleType)
      .filter(({ arguments: given }) => given["generate_lease"] === true)
      .map((resource) => ({ resource, problem: "generate_lease is true" })),
};
