import { errorFromStaging } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { awsMountPage, awsMountType } from "./aws";

export const keyInStateId = "LH-AWS-001";

export const keyInState: Guardrail = {
  id: keyInStateId,
  title: "the key that Vault works with in AWS is not in the Terraform state",
  why: "whoever reads the state, a backup or a plan of it may do in AWS what Vault may: make users",
  remedy:
    "give no key where the machine has a role, use secret_key_wo, which hashicorp/vault has from 5.7 on, or have Vault replace the key",
  severity: errorFromStaging,
  references: [awsMountPage, "https://developer.hashicorp.com/terraform/language/manage-sensitive-data"],
  check: (declaration) =>
    resourcesOf(declaration, awsMountType)
      .filter(({ arguments: given }) => given["secret_key"] !== undefined)
      .map((resource) => ({ resource, problem: "secret_key is kept in the Terraform state as it is" })),
};
