import { alwaysError } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { keyType, pkiPages, requestType, rootType } from "./pki";

export const exportedKey: Guardrail = {
  id: "LH-PKI-003",
  title: "the key of a certificate authority is made in Vault and stays there",
  why: "whoever has it signs certificates of any name, unseen and for as long as the authority is trusted; the Terraform state has it too",
  remedy: 'use type "internal", or "existing" with a key of type "internal"',
  severity: alwaysError,
  references: [pkiPages.root, pkiPages.considerations],
  check: (declaration) => [
    ...resourcesOf(declaration, rootType, requestType, keyType)
      .filter(({ arguments: given }) => given["type"] === "exported")
      .map((resource) => ({ resource, problem: "type is exported" })),
    ...resourcesOf(declaration, "vault_pki_secret_backend_config_ca").map((resource) => ({
      resource,
      problem: "pem_bundle brings a key from outside, and lies in the state",
      remedy: "make the key in Vault, and have its signing request signed",
    })),
  ],
};
