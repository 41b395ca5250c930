import { errorFromStaging } from "../../core/rule";
import { listOf, resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { pkiPage, pkiRoleType } from "./pki";

export const globDomains: Guardrail = {
  id: "LH-PKI-010",
  title: "domains are whole ones",
  why: "a * stands for any letters, dots too: *-web.company.com allows anything.else.x-web.company.com, and *company.com the domain of somebody else",
  remedy:
    "name the domains in allowed_domains with allow_subdomains, without allow_glob_domains; a domain of a single label is everybody's",
  severity: errorFromStaging,
  references: [pkiPage],
  check: (declaration) =>
    resourcesOf(declaration, pkiRoleType).flatMap((resource) => {
      const { arguments: given } = resource;
      const domains = listOf(given, "allowed_domains");
      const globs = given["allow_glob_domains"] === true ? domains.filter((domain) => domain.includes("*")) : [];
      const single = given["allow_subdomains"] === true ? domains.filter((domain) => /^[\w-]+$/.test(domain)) : [];
      return [
        ...globs.map((domain) => ({ resource, problem: `${domain} is allowed, with * for any letters` })),
        ...single.map((domain) => ({ resource, problem: `every name below ${domain} is allowed` })),
      ];
    }),
};
