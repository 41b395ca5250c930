import { alwaysWarning } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { pkiPage, pkiRoleType } from "./pki";

export const wildcardCertificates: Guardrail = {
  id: "LH-PKI-011",
  title: "a certificate is of one host",
  why: "whoever has the key of *.company.com answers for each host of it; Vault allows such names unless it is told otherwise",
  remedy: "set allow_wildcard_certificates to false, and have each host ask for its own",
  severity: alwaysWarning,
  references: [pkiPage],
  check: (declaration) =>
    resourcesOf(declaration, pkiRoleType)
      .filter(({ arguments: given }) => given["allow_subdomains"] === true || given["allow_glob_domains"] === true)
      .filter(({ arguments: given }) => given["allow_wildcard_certificates"] !== false)
      .map((resource) => ({ resource, problem: "allow_wildcard_certificates is not false" })),
};
