import { alwaysError } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { pkiPage, pkiPages, pkiRoleType } from "./pki";

export const storedCertificates: Guardrail = {
  id: "LH-PKI-012",
  title: "a certificate that was issued can be revoked",
  why: "Vault revokes by serial number only what it has stored, and nobody can say what was issued",
  remedy: "leave no_store out: certificates that live for hours and an automatic tidy keep the store small",
  severity: alwaysError,
  references: [pkiPage, pkiPages.considerations],
  check: (declaration) =>
    resourcesOf(declaration, pkiRoleType)
      .filter(({ arguments: given }) => given["no_store"] === true)
      .map((resource) => ({ resource, problem: "no_store is true" })),
};
