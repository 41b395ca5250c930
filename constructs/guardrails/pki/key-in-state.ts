import { errorFromStaging } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { pkiPage } from "./pki";

export const keyInState: Guardrail = {
  id: "LH-PKI-004",
  title: "certificates are asked for by who uses them",
  why: "Terraform keeps the private key in its state, for whoever reads that, and renews the certificate only when somebody applies",
  remedy: "grant the program issue or sign of a role, and have it ask Vault itself",
  severity: errorFromStaging,
  references: [pkiPage, "https://developer.hashicorp.com/terraform/language/state/sensitive-data"],
  check: (declaration) =>
    resourcesOf(declaration, "vault_pki_secret_backend_cert").map((resource) => ({
      resource,
      problem: "its private key lies in the state",
    })),
};
