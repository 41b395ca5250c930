import { errorFromStaging } from "../../core/rule";
import { listOf, resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { issuingMounts, pkiPages, urlsType } from "./pki";

export const revocationUrls: Guardrail = {
  id: "LH-PKI-008",
  title: "a certificate says where its issuer is, and what was revoked",
  why: "who verifies it can't see that it was revoked; the URLs are written into it when it is issued, and can't be added later",
  remedy: "declare issuing_certificates, and crl_distribution_points or ocsp_servers, before the authority",
  severity: errorFromStaging,
  references: [pkiPages.urls, pkiPages.considerations],
  check: (declaration) =>
    [...issuingMounts(declaration)].flatMap(([mount, resource]) => {
      const urls = resourcesOf(declaration, urlsType).filter(({ arguments: given }) => given["backend"] === mount);
      const has = (field: string) => urls.some(({ arguments: given }) => listOf(given, field).length > 0);
      const missing = [
        ...(has("issuing_certificates") ? [] : ["issuing_certificates"]),
        ...(has("crl_distribution_points") || has("ocsp_servers") ? [] : ["crl_distribution_points nor ocsp_servers"]),
      ];
      if (missing.length === 0) return [];
      return [{ resource, problem: `mount ${mount} names no ${missing.join(" and no ")}` }];
    }),
};
