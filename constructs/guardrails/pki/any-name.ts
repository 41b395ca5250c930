import { alwaysError } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { pkiPage, pkiRoleType } from "./pki";

export const anyName: Guardrail = {
  id: "LH-PKI-001",
  title: "certificates are for names that the role allows",
  why: "whoever may use the role gets a certificate of any host of the company, and of any other",
  remedy: "name the domains in allowed_domains, with allow_subdomains where those are meant too",
  severity: alwaysError,
  references: [pkiPage],
  check: (declaration) =>
    resourcesOf(declaration, pkiRoleType)
      .filter(({ arguments: given }) => given["allow_any_name"] === true)
      .map((resource) => ({ resource, problem: "allow_any_name is true" })),
};
